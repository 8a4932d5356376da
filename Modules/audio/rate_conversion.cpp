#include "Modules/audio/rate_conversion.h"

#include <algorithm>
#include <memory>
#include <new>
#include <numeric>

#include "Modules/audio/samples.h"
#include "Modules/module_support.h"

namespace minipy {

namespace audio {
namespace {

struct Channel {
  int previous = 0, current = 0;  // 32 bits
};

// Where the conversion stands between two fragments. Frames of output lie at multiples of rate_in,
// those of input at multiples of rate_out; `phase` is how far the last frame of input is ahead of
// the next one of output. The channels may be more than there is memory for.
struct State {
  int64_t phase;
  std::unique_ptr<Channel[]> channels;
  size_t channel_count;
};

Failure raise_illegal_state(Thread& thread) {
  return raise(thread, TypeError, "ratecv(): illegal state argument");
}

Status read_state(Thread& thread, Value given, State& state) {
  if (!is_tuple(given)) return raise(thread, TypeError, "state must be a tuple or None");
  const Tuple& pair = *given.as<Tuple>();
  if (pair.size != 2) return raise_illegal_state(thread);
  state.phase = TRY(argument_int(thread, pair.items[0]));
  if (!is_tuple(pair.items[1])) return raise_illegal_state(thread);
  const Tuple& channels = *pair.items[1].as<Tuple>();
  if (channels.size != state.channel_count)
    return raise(thread, *audio_error, "illegal state argument");
  for (size_t i = 0; i < channels.size; ++i) {
    if (!is_tuple(channels.items[i]) || channels.items[i].as<Tuple>()->size != 2)
      return raise_illegal_state(thread);
    const Tuple& samples = *channels.items[i].as<Tuple>();
    state.channels[i].previous = TRY(argument_int(thread, samples.items[0]));
    state.channels[i].current = TRY(argument_int(thread, samples.items[1]));
  }
  return nothing;
}

Value state_as_tuple(Thread& thread, const State& state) {
  Tuple* channels = allocate_tuple(state.channel_count);
  if (!channels) return raise_memory_error(thread);
  for (size_t i = 0; i < state.channel_count; ++i) channels->items[i] = None;
  for (size_t i = 0; i < state.channel_count; ++i) {
    const Channel& channel = state.channels[i];
    channels->items[i] =
        make_tuple({Value::from_int(channel.previous), Value::from_int(channel.current)});
  }
  return make_tuple({Value::from_int(state.phase), channels});
}

struct Conversion {
  int64_t rate_in, rate_out;
  double weight_new, weight_old;  // of the filter in front

  void take_frame(Fragment& from, size_t frame, State& state) const {
    const size_t count = state.channel_count;
    for (size_t i = 0; i < count; ++i) {
      Channel& channel = state.channels[i];
      channel.previous = channel.current;
      const double sample = from.at_full_width(frame * count + i);
      channel.current = static_cast<int>((weight_new * sample + weight_old * channel.previous) /
                                         (weight_new + weight_old));
    }
    state.phase += rate_out;
  }

  void give_frame(NewFragment& to, size_t frame, State& state) const {
    const size_t count = state.channel_count;
    for (size_t i = 0; i < count; ++i) {
      const Channel& channel = state.channels[i];
      const double position = static_cast<double>(state.phase),
                   whole = static_cast<double>(rate_out);
      const double sample =
          (channel.previous * position + channel.current * (whole - position)) / whole;
      to.set_from_full_width(frame * count + i,
                             static_cast<int>(std::clamp(sample, -2147483648.0, 2147483647.0)));
    }
    state.phase -= rate_in;
  }
};

Status check_arguments(Thread& thread, int width, int channels, int weight_new, int weight_old) {
  TRY(check_width(thread, width));
  if (channels < 1) return raise(thread, *audio_error, "# of channels should be >= 1");
  if (width > std::numeric_limits<int>::max() / channels) {
    return raise(thread, OverflowError, "width * nchannels too big for a C int");
  }
  if (weight_new < 1 || weight_old < 0) {
    return raise(thread, *audio_error, "weightA should be >= 1, weightB should be >= 0");
  }
  return nothing;
}

}  // namespace

// Interpolates linearly between the two last frames of input.
Value convert_rate(Thread& thread, Value fragment, int width, int channels, int rate_in,
                   int rate_out, Value given_state, int weight_new, int weight_old) {
  TRY(check_arguments(thread, width, channels, weight_new, weight_old));
  Fragment from(thread, width);
  TRY(from.open(fragment));
  if (from.count() % static_cast<size_t>(channels)) {
    return raise(thread, *audio_error, "not a whole number of frames");
  }
  if (rate_in <= 0 || rate_out <= 0) return raise(thread, *audio_error, "sampling rate not > 0");
  const int rate_divisor = std::gcd(rate_in, rate_out),
            weight_divisor = std::gcd(weight_new, weight_old);
  const Conversion conversion{rate_in / rate_divisor, rate_out / rate_divisor,
                              static_cast<double>(weight_new / weight_divisor),
                              static_cast<double>(weight_old / weight_divisor)};
  const size_t channel_count = static_cast<size_t>(channels);
  State state{-conversion.rate_out,
              std::unique_ptr<Channel[]>(new (std::nothrow) Channel[channel_count]), channel_count};
  if (!state.channels) return raise_memory_error(thread);
  if (!given_state.is_none()) TRY(read_state(thread, given_state, state));

  const size_t frames_in = from.count() / channel_count;
  const __int128 last_phase = state.phase + static_cast<__int128>(frames_in) * conversion.rate_out;
  const __int128 frames_out = last_phase < 0 ? 0 : last_phase / conversion.rate_in + 1;
  if (frames_out > std::numeric_limits<int64_t>::max() / (width * channels)) {
    return raise(thread, MemoryError, "not enough memory for output buffer");
  }
  NewFragment to(static_cast<size_t>(frames_out) * channel_count, width);
  if (!to.exists()) return raise_memory_error(thread);
  size_t taken = 0, given = 0;
  for (;;) {
    while (state.phase >= 0) conversion.give_frame(to, given++, state);
    if (taken == frames_in) break;
    conversion.take_frame(from, taken++, state);
  }
  return make_tuple({to.finish(), TRY(state_as_tuple(thread, state))});
}

}  // namespace audio
}  // namespace minipy
