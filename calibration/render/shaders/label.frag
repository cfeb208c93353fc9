#version 330
flat in float part;
out vec4 colour;
void main() { colour = vec4(part / 255.0, 0.0, 0.0, 1.0); }
