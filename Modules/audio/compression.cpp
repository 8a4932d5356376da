#include "Modules/audio/compression.h"

#include <algorithm>
#include <bit>

namespace minipy::audio {
namespace {

// A code of G.711 has a sign, three bits for the power of two of the magnitude (the segment), and
// the four bits that follow the highest one. Magnitudes of `low_bits` bits and less are in segment
// 0.
int segment_of(int magnitude, int low_bits) {
  return std::max(0, static_cast<int>(std::bit_width(static_cast<unsigned>(magnitude))) - low_bits);
}

constexpr int kUlawBias = 33;  // makes the segments of the u-law start at powers of two
constexpr int kUlawClip = 8159;

constexpr int steps[AdpcmState::kStepCount] = {
    7,     8,     9,     10,    11,    12,    13,    14,    16,    17,    19,   21,    23,
    25,    28,    31,    34,    37,    41,    45,    50,    55,    60,    66,   73,    80,
    88,    97,    107,   118,   130,   143,   157,   173,   190,   209,   230,  253,   279,
    307,   337,   371,   408,   449,   494,   544,   598,   658,   724,   796,  876,   963,
    1060,  1166,  1282,  1411,  1552,  1707,  1878,  2066,  2272,  2499,  2749, 3024,  3327,
    3660,  4026,  4428,  4871,  5358,  5894,  6484,  7132,  7845,  8630,  9493, 10442, 11487,
    12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767};
constexpr int step_changes[8] = {-1, -1, -1, -1, 2, 4, 6, 8};  // by the magnitude of the code

}  // namespace

uint8_t to_ulaw(int sample14) {
  const int mask = sample14 < 0 ? 0x7F : 0xFF;
  const int magnitude = std::min(sample14 < 0 ? -sample14 : sample14, kUlawClip) + kUlawBias;
  const int segment = segment_of(magnitude, 6);
  if (segment >= 8) return static_cast<uint8_t>(0x7F ^ mask);
  return static_cast<uint8_t>((segment << 4 | (magnitude >> (segment + 1) & 0xF)) ^ mask);
}

int16_t from_ulaw(uint8_t code) {
  const int bits = ~code;
  const int magnitude = (((bits & 0xF) << 3) + 4 * kUlawBias) << ((bits & 0x70) >> 4);
  return static_cast<int16_t>(bits & 0x80 ? 4 * kUlawBias - magnitude : magnitude - 4 * kUlawBias);
}

// Every second bit of an A-law code is inverted (0x55).
uint8_t to_alaw(int sample13) {
  const int mask = sample13 < 0 ? 0x55 : 0xD5;
  const int magnitude = sample13 < 0 ? -sample13 - 1 : sample13;
  const int segment = segment_of(magnitude, 5);
  if (segment >= 8) return static_cast<uint8_t>(0x7F ^ mask);
  return static_cast<uint8_t>((segment << 4 | (magnitude >> std::max(segment, 1) & 0xF)) ^ mask);
}

int16_t from_alaw(uint8_t code) {
  const int bits = code ^ 0x55;
  const int segment = (bits & 0x70) >> 4;
  int magnitude = ((bits & 0xF) << 4) + 8;
  if (segment > 0) magnitude = (magnitude + 0x100) << (segment - 1);
  return static_cast<int16_t>(bits & 0x80 ? magnitude : -magnitude);
}

int AdpcmState::encode(int sample16) {
  int difference = sample16 - predicted;
  const int sign = difference < 0 ? 8 : 0;
  if (sign) difference = -difference;
  // Three bits, each for half the step of the one before.
  int magnitude = 0;
  int step = steps[step_index];
  for (int bit = 4; bit > 0; bit >>= 1, step >>= 1) {
    if (difference < step) continue;
    magnitude |= bit;
    difference -= step;
  }
  decode(sign | magnitude);
  return sign | magnitude;
}

int AdpcmState::decode(int code) {
  const int step = steps[step_index];
  int change = step >> 3;
  for (int bit = 4, part = step; bit > 0; bit >>= 1, part >>= 1) {
    if (code & bit) change += part;
  }
  predicted = std::clamp(code & 8 ? predicted - change : predicted + change, -0x8000, 0x7FFF);
  step_index = std::clamp(step_index + step_changes[code & 7], 0, kStepCount - 1);
  return predicted;
}

}  // namespace minipy::audio
