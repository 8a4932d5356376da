// Compressed samples: the two companding laws of ITU-T G.711, and IMA (Intel/DVI) ADPCM with 4 bits
// a sample.
#pragma once

#include <cstdint>

namespace minipy::audio {

uint8_t to_ulaw(int sample14);  // of a sample of 14 bits
int16_t from_ulaw(uint8_t code);
uint8_t to_alaw(int sample13);  // of a sample of 13 bits
int16_t from_alaw(uint8_t code);

// A sample is coded as its difference from the one before, in steps whose size adapts.
struct AdpcmState {
  static constexpr int kStepCount = 89;
  int predicted = 0;  // 16 bits
  int step_index = 0;

  bool is_valid() const {
    return predicted >= -0x8000 && predicted <= 0x7FFF && step_index >= 0 &&
           step_index < kStepCount;
  }
  int encode(int sample16);  // 4 bits
  int decode(int code);      // 16 bits
};

}  // namespace minipy::audio
