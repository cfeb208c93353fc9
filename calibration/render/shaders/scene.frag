#version 330
// One shader for people and rooms: procedural textures, a soft key light, sky and bounce light
// with ambient occlusion (in screen space for creases, by analytic spheres for the body on the room).
uniform vec3 eye;
uniform vec3 key_direction;
uniform vec3 key_colour;
uniform vec3 sky;
uniform vec3 ground;
uniform float key_size;
uniform sampler2D shadow_map;
uniform sampler2D depth_map;
uniform vec2 planes;
uniform vec2 shadow_scale;      // texels per metre, depth units per metre
uniform vec4 spheres[14];
uniform float floor_z;
uniform vec3 accent;            // second colour of patterned clothes
uniform float patterns[4];      // pattern of bottom, top, footwear; height of the waistband
uniform vec4 wall_look;         // kind, scale, strength, gloss
uniform vec4 floor_look;
in vec3 at;
in vec3 facing;
in vec3 paint;
in vec3 anchor;
in float margin;
flat in int kind;
in vec4 lit;
out vec4 result;

const int SKIN = 0, BOTTOM = 1, TOP = 2, FEET = 3, HAIR = 4, EYE = 5, WALL = 6, FLOOR = 7, PROP = 8, EMIT = 9, PLANT = 10;

float hash(vec3 p) {
    p = fract(p * 0.3183099 + vec3(0.11, 0.17, 0.13));
    p *= 17.0;
    return fract(p.x * p.y * p.z * (p.x + p.y + p.z));
}
float noise(vec3 x) {
    vec3 i = floor(x), f = fract(x);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(mix(hash(i), hash(i + vec3(1, 0, 0)), f.x),
                   mix(hash(i + vec3(0, 1, 0)), hash(i + vec3(1, 1, 0)), f.x), f.y),
               mix(mix(hash(i + vec3(0, 0, 1)), hash(i + vec3(1, 0, 1)), f.x),
                   mix(hash(i + vec3(0, 1, 1)), hash(i + vec3(1, 1, 1)), f.x), f.y), f.z);
}
float fbm(vec3 p) {
    return 0.5 * noise(p) + 0.25 * noise(p * 2.03) + 0.125 * noise(p * 4.01) + 0.0625 * noise(p * 8.05);
}
vec3 bumped(vec3 n, vec3 p, float size, float amount) {
    float e = 0.35 * size;
    float h = noise(p / size);
    vec3 g = vec3(noise((p + vec3(e, 0, 0)) / size), noise((p + vec3(0, e, 0)) / size),
                  noise((p + vec3(0, 0, e)) / size)) - h;
    g -= dot(g, n) * n;
    return normalize(n - amount * g);
}
vec2 disc(int i, int count, float turn) {
    float r = sqrt((float(i) + 0.5) / float(count)), a = float(i) * 2.39996 + turn;
    return r * vec2(cos(a), sin(a));
}
float gradient_noise() {   // interleaved gradient noise: regular enough for the eye to average out
    return fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
}
float key_light(vec3 n) {
    vec3 q = lit.xyz / lit.w * 0.5 + 0.5;
    if (q.x < 0.0 || q.x > 1.0 || q.y < 0.0 || q.y > 1.0) return 1.0;
    float turn = 6.2832 * gradient_noise();
    float towards = max(dot(n, key_direction), 0.12);
    float slope = min(sqrt(1.0 - towards * towards) / towards, 4.0);    // depth slope of the surface itself
    vec2 texel = 1.0 / vec2(textureSize(shadow_map, 0));
    float wide = key_size * 0.5, blockers = 0.0, depth = 0.0;
    for (int i = 0; i < 12; i++) {
        vec2 o = disc(i, 12, turn) * wide;
        float d = texture(shadow_map, q.xy + o * shadow_scale.x * texel).r;
        if (d < q.z - (0.006 + slope * length(o)) * shadow_scale.y) { blockers += 1.0; depth += d; }
    }
    if (blockers < 0.5) return 1.0;
    float gap = max(q.z - depth / blockers, 0.0) / shadow_scale.y;
    float spread = clamp(gap * key_size * 0.5, 0.004, 0.4), open = 0.0;
    for (int i = 0; i < 20; i++) {
        vec2 o = disc(i, 20, turn) * spread;
        float d = texture(shadow_map, q.xy + o * shadow_scale.x * texel).r;
        open += d > q.z - (0.007 + slope * length(o)) * shadow_scale.y ? 1.0 : 0.0;
    }
    vec2 rim = smoothstep(0.5, 0.42, abs(q.xy - 0.5));
    return mix(1.0, open / 20.0, rim.x * rim.y);
}
float metres(float d) {
    float z = 2.0 * d - 1.0;
    return 2.0 * planes.x * planes.y / (planes.y + planes.x - z * (planes.y - planes.x));
}
float creases(float radius_px) {
    vec2 texel = 1.0 / vec2(textureSize(depth_map, 0));
    vec2 uv = gl_FragCoord.xy * texel;
    float own = metres(gl_FragCoord.z), turn = 6.2832 * gradient_noise(), hidden = 0.0;
    for (int i = 0; i < 12; i++) {
        vec2 o = disc(i, 12, turn) * texel * radius_px;
        float a = own - metres(texture(depth_map, uv + o).r), b = own - metres(texture(depth_map, uv - o).r);
        float rise = a + b;    // a plane rises on one side as much as it falls on the other
        if (abs(a) < 0.14 && abs(b) < 0.14) hidden += clamp(rise / 0.035, 0.0, 1.0);
    }
    return 1.0 - 0.62 * hidden / 12.0;
}
float bodies(vec3 n) {
    float open = 1.0;
    for (int i = 0; i < 14; i++) {
        vec3 d = spheres[i].xyz - at;
        float l = length(d);
        open *= 1.0 - clamp(max(dot(n, d / l), 0.0) * spheres[i].w * spheres[i].w / (l * l), 0.0, 0.75);
    }
    return open;
}
vec3 bricks(vec2 p, vec2 size, float joint, float offset, out float groove, out vec2 id) {
    vec2 q = p / size;
    q.x += offset * floor(q.y);
    id = floor(q);
    vec2 f = abs(fract(q) - 0.5) * size;
    vec2 near = 0.5 * size - f;
    groove = smoothstep(0.0, joint, min(near.x, near.y));
    return vec3(0.0);
}
vec3 surface(vec4 look, vec2 p, vec3 base, inout vec3 n) {
    int k = int(look.x + 0.5);
    float s = look.y, amount = look.z, groove = 1.0;
    vec2 id = vec2(0.0);
    vec3 c = base * (1.0 + 0.22 * amount * (fbm(vec3(p * 1.7, 3.0)) - 0.47));
    if (k == 1) c *= 1.0 + amount * (fbm(vec3(p * 9.0 * s, 1.0)) - 0.47) * 1.2;                 // plaster, concrete
    if (k == 2) {                                                                              // brick
        bricks(p, vec2(0.24, 0.075), 0.009, 0.5, groove, id);
        c *= mix(1.0, 0.75 + 0.5 * hash(vec3(id, 2.0)), 0.5 * amount + 0.3) * (0.85 + 0.35 * fbm(vec3(p * 40.0, 2.0)));
        c = mix(vec3(dot(base, vec3(0.33))) * 1.15, c, groove);
    }
    if (k == 3) {                                                                              // planks
        bricks(p, vec2(1.5 * s, 0.13), 0.003, 0.37, groove, id);
        float grain = fbm(vec3(p.x * 2.0, p.y * 60.0, hash(vec3(id, 1.0)) * 20.0));
        c *= (0.80 + 0.32 * hash(vec3(id, 5.0))) * (0.72 + 0.6 * grain);
        c *= mix(0.45, 1.0, groove);
    }
    if (k == 4) {                                                                              // tiles
        bricks(p, vec2(0.45 * s), 0.006, 0.0, groove, id);
        c *= 0.95 + 0.1 * hash(vec3(id, 9.0));
        c = mix(base * 0.62, c, groove);
    }
    if (k == 5) c *= 1.0 + amount * (step(0.5, fract(p.x / (0.16 * s))) - 0.5);                // striped paper
    if (k == 6) c *= 0.55 + 0.9 * fbm(vec3(p * 7.0, 1.0)) * (0.6 + 0.8 * noise(vec3(p * 90.0, 0.0))); // grass, carpet, hedge
    if (k == 7) {                                                                              // panelling
        bricks(p, vec2(0.62 * s, 0.9), 0.025, 0.0, groove, id);
        c *= mix(0.8, 1.0, groove);
    }
    return max(c, vec3(0.003));
}
vec3 weave(vec3 n, float amount) { return bumped(n, anchor * vec3(1.0, 1.0, 1.6), 0.0035, amount); }
vec3 cloth(inout vec3 n, inout float gloss) {
    float pattern = patterns[kind - 1];
    vec3 c = paint;
    if (pattern == 1.0) c = mix(c, accent, step(0.55, fract(anchor.z / 0.085)));
    if (pattern == 2.0) c = mix(c, accent, smoothstep(0.030, 0.027, abs(anchor.y + 0.005)));
    if (pattern == 3.0) c = mix(c, c * 0.55 + 0.08, smoothstep(0.45, 0.6, fbm(anchor * 16.0)));
    if (pattern == 4.0) c *= 0.86 + 0.28 * noise(anchor * 420.0);
    if (kind == BOTTOM && patterns[3] > 0.0 && anchor.z > patterns[3]) {
        c = mix(accent, c, 0.35) * (0.82 + 0.25 * step(0.5, fract(anchor.z / 0.012)));
    }
    float stitch = smoothstep(0.0016, 0.0006, abs(margin - 0.017));
    c *= 1.0 - 0.30 * stitch;
    c *= 1.0 - 0.40 * smoothstep(0.0022, 0.0, margin);
    float seam = smoothstep(0.0022, 0.0008, abs(anchor.y + 0.012)) * (kind == FEET ? 0.0 : 1.0);
    c *= 1.0 - 0.28 * seam;
    n = weave(n, 0.10);
    n = bumped(n, anchor * vec3(1.0, 1.0, 0.55), 0.035, 0.10);
    gloss = 0.03;
    return c * (0.94 + 0.12 * fbm(anchor * 30.0));
}
void main() {
    vec3 view = normalize(eye - at), n = normalize(facing);
    if (dot(n, view) < 0.0) n = -n;
    vec3 smooth_n = n, c = paint;
    float gloss = 0.0, power = 24.0, wrap = 0.08, occlusion = 1.0;
    if (kind == SKIN) {
        c *= 0.93 + 0.14 * fbm(anchor * 22.0) ;
        c *= vec3(1.0, 0.97 + 0.06 * noise(anchor * 60.0), 0.97 + 0.06 * noise(anchor * 47.0));
        n = bumped(n, anchor, 0.0022, 0.05);
        gloss = 0.085; power = 14.0; wrap = 0.28;
    } else if (kind == BOTTOM || kind == TOP || kind == FEET) {
        c = cloth(n, gloss);
    } else if (kind == HAIR) {
        float strand = noise(vec3(anchor.x * 260.0, anchor.y * 90.0, anchor.z * 22.0));
        c *= (0.45 + 1.1 * strand) * (0.7 + 0.6 * noise(anchor * 35.0));
        n = bumped(n, anchor * vec3(1.0, 0.5, 0.12), 0.0035, 0.35);
        gloss = 0.06; power = 14.0;
    } else if (kind == EYE) {
        gloss = 0.7; power = 90.0;
    } else if (kind == WALL) {
        c = surface(wall_look, anchor.xy, paint, n);
        gloss = wall_look.w;
    } else if (kind == FLOOR) {
        c = surface(floor_look, anchor.xy, paint, n);
        gloss = floor_look.w; power = 40.0;
    } else if (kind == EMIT) {
        result = vec4(paint * (0.85 + 0.3 * noise(anchor * 1.3)), 1.0);
        return;
    } else {
        c *= 0.9 + 0.2 * fbm(anchor * 6.0);
        gloss = 0.04;
    }
    float depth = length(eye - at);
    occlusion = creases(clamp(90.0 / depth * float(textureSize(depth_map, 0).y) / 1200.0, 6.0, 60.0));
    if (kind >= WALL) occlusion *= bodies(n);
    float height = max(at.z - floor_z, 0.0);
    float facing_key = dot(n, key_direction);
    float lambert = max((facing_key + wrap) / (1.0 + wrap), 0.0);
    float open = key_light(smooth_n);
    vec3 key = key_colour * lambert * open;
    if (kind == SKIN) {    // subsurface scattering: light through skin turns red at the terminator
        vec3 red = vec3(1.0, 0.42, 0.28);
        key = mix(key, key_colour * lambert * mix(red * 0.55, vec3(1.0), open), 0.35);
        key += key_colour * red * 0.05 * smoothstep(-0.35, 0.1, facing_key) * (1.0 - smoothstep(0.1, 0.5, facing_key));
    }
    vec3 ambient = mix(ground, sky, 0.5 + 0.5 * n.z) * occlusion;
    ambient += ground * 0.35 * exp(-2.5 * height) * max(-n.z * 0.5 + 0.5, 0.0) * occlusion;
    vec3 half_way = normalize(key_direction + view);
    float shine = pow(max(dot(n, half_way), 0.0), power) * gloss * open;
    float rim = pow(1.0 - max(dot(n, view), 0.0), 4.0) * (0.4 * gloss + 0.03) * occlusion;
    vec3 colour = c * (ambient + key) + key_colour * shine + sky * rim;
    result = vec4(colour, 1.0);
}
