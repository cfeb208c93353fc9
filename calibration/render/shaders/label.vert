#version 330
uniform mat4 camera;
in vec3 position;
in float label;
flat out float part;
void main() { part = label; gl_Position = camera * vec4(position, 1.0); }
