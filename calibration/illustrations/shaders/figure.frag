#version 330
// e: number of the surface, signed distance inside its hem, tint of the working region
in vec3 n;
in vec3 c;
in vec3 e;
in float depth;
layout(location = 0) out vec4 shape;
layout(location = 1) out vec4 paint;
void main() {
    if (e.y < 0.0) discard;
    shape = vec4(normalize(n), depth);
    paint = vec4(c + vec3(0.0), e.x + 0.9 * clamp(e.z, 0.0, 1.0));
}
