#version 330
// Passes on the position of a point, its rest position (texture coordinates) and its attributes.
uniform mat4 camera;
uniform mat4 light;
in vec3 position;
in vec3 normal;
in vec3 colour;
in vec3 rest;
in float edge;
in float material;
out vec3 at;
out vec3 facing;
out vec3 paint;
out vec3 anchor;
out float margin;
flat out int kind;
out vec4 lit;
void main() {
    at = position;
    facing = normal;
    paint = colour;
    anchor = rest;
    margin = edge;
    kind = int(material + 0.5);
    lit = light * vec4(position, 1.0);
    gl_Position = camera * vec4(position, 1.0);
}
