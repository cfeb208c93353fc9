#version 330
uniform mat4 camera;
in vec3 position;
in vec3 normal;
in vec3 colour;
in vec3 extra;
out vec3 n;
out vec3 c;
out vec3 e;
out float depth;
void main() {
    n = normal; c = colour; e = extra;
    gl_Position = camera * vec4(position, 1.0);
    depth = gl_Position.z;
}
