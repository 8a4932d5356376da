// Fragments at another rate of frames (audioop.ratecv).
#pragma once

#include "Objects/value.h"

namespace minipy {

struct Thread;

namespace audio {

Value convert_rate(Thread& thread, Value fragment, int width, int channels, int rate_in,
                   int rate_out, Value state, int weight_new, int weight_old);

}  // namespace audio
}  // namespace minipy
