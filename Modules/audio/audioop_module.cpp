// audioop: fragments of sound, measured, changed and converted. Library reference, "audioop".
#include <algorithm>
#include <cmath>

#include "Modules/audio/compression.h"
#include "Modules/audio/rate_conversion.h"
#include "Modules/audio/samples.h"
#include "Modules/module_support.h"
#include "Modules/native_modules.h"

namespace minipy {
namespace audio {

Type* audio_error;

Status check_width(Thread& thread, int width) {
  if (width >= 1 && width <= 4) return nothing;
  return raise(thread, *audio_error, "Size should be 1, 2, 3 or 4");
}

Status Fragment::open(Value object) {
  TRY(lease_.acquire(object));
  TRY(check_width(thread_, width_));
  if (lease_.size() % static_cast<size_t>(width_))
    return raise(thread_, *audio_error, "not a whole number of frames");
  return nothing;
}

namespace {

// ---- measuring ----

Value get_one_sample(Thread& thread, Value fragment, int width, int64_t index) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  if (index < 0 || static_cast<size_t>(index) >= samples.count()) {
    return raise(thread, *audio_error, "Index out of range");
  }
  return Value::from_int(samples.at(static_cast<size_t>(index)));
}

Value loudest(Thread& thread, Value fragment, int width) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  int64_t found = 0;
  for (size_t i = 0; i < samples.count(); ++i)
    found = std::max<int64_t>(found, std::abs(int64_t{samples.at(i)}));
  return Value::from_int(found);
}

Value extremes(Thread& thread, Value fragment, int width) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  int least = std::numeric_limits<int>::max(), most = std::numeric_limits<int>::min();
  for (size_t i = 0; i < samples.count(); ++i) {
    least = std::min(least, samples.at(i));
    most = std::max(most, samples.at(i));
  }
  return make_tuple({Value::from_int(least), Value::from_int(most)});
}

Value average(Thread& thread, Value fragment, int width) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  double sum = 0;
  for (size_t i = 0; i < samples.count(); ++i) sum += samples.at(i);
  if (samples.count()) sum = std::floor(sum / static_cast<double>(samples.count()));
  return Value::from_int(static_cast<int64_t>(sum));
}

Value root_mean_square(Thread& thread, Value fragment, int width) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  double sum = 0;
  for (size_t i = 0; i < samples.count(); ++i)
    sum += static_cast<double>(samples.at(i)) * samples.at(i);
  if (samples.count()) sum = std::sqrt(sum / static_cast<double>(samples.count()));
  return Value::from_int(static_cast<int64_t>(sum));
}

// The distances between successive extremes, from the first sample that is one.
struct PeakToPeak {
  double sum = 0;
  int64_t largest = 0, count = 0;
};
PeakToPeak measure_peaks(Fragment& samples) {
  PeakToPeak found;
  enum class Direction { Unknown, Up, Down } direction = Direction::Unknown;
  bool has_extreme = false;
  int64_t extreme = 0;
  for (size_t i = 1; i < samples.count(); ++i) {
    const int64_t before = samples.at(i - 1), now = samples.at(i);
    if (now == before) continue;
    const Direction goes = now < before ? Direction::Down : Direction::Up;
    if (direction != Direction::Unknown && goes != direction) {
      if (has_extreme) {
        const int64_t distance = std::abs(before - extreme);
        found.sum += static_cast<double>(distance);
        found.largest = std::max(found.largest, distance);
        ++found.count;
      }
      has_extreme = true;
      extreme = before;
    }
    direction = goes;
  }
  return found;
}

Value average_peaks(Thread& thread, Value fragment, int width) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  const PeakToPeak found = measure_peaks(samples);
  return Value::from_int(
      found.count ? static_cast<int64_t>(found.sum / static_cast<double>(found.count)) : 0);
}

Value largest_peak(Thread& thread, Value fragment, int width) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  return Value::from_int(measure_peaks(samples).largest);
}

// The first sample counts as one crossing too many.
Value count_crossings(Thread& thread, Value fragment, int width) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  int64_t crossings = samples.count() ? 0 : -1;
  for (size_t i = 1; i < samples.count(); ++i)
    crossings += (samples.at(i - 1) < 0) != (samples.at(i) < 0);
  return Value::from_int(crossings);
}

// ---- comparing; samples of two bytes only ----

double product(Fragment& left, size_t left_start, Fragment& right, size_t right_start,
               size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    sum += static_cast<double>(left.at(left_start + i)) * right.at(right_start + i);
  }
  return sum;
}

Status open_pairs(Thread& thread, Fragment& samples, Value object) {
  BufferLease lease(thread);
  TRY(lease.acquire(object));
  if (lease.size() % 2) return raise(thread, *audio_error, "Strings should be even-sized");
  return samples.open(object);
}

// Calls `look` with each place where `length` samples can be and the sum of their squares, which
// slides along.
template <typename Look>
void slide(Fragment& samples, size_t length, Look look) {
  double squares = product(samples, 0, samples, 0, length);
  for (size_t start = 0;; ++start) {
    look(start, squares);
    if (start + length >= samples.count()) return;
    const double leaves = samples.at(start), enters = samples.at(start + length);
    squares += enters * enters - leaves * leaves;
  }
}

// The place where `reference`, louder or softer, differs least from the fragment.
Value find_fit(Thread& thread, Value fragment, Value reference) {
  Fragment samples(thread, 2), wanted(thread, 2);
  TRY(open_pairs(thread, samples, fragment));
  TRY(open_pairs(thread, wanted, reference));
  const size_t length = wanted.count();
  if (samples.count() < length) return raise(thread, *audio_error, "First sample should be longer");
  const double wanted_squares = product(wanted, 0, wanted, 0, length);
  size_t best = 0;
  double best_difference = 0;
  slide(samples, length, [&](size_t start, double squares) {
    const double common = product(samples, start, wanted, 0, length);
    const double difference = (wanted_squares * squares - common * common) / squares;
    if (start > 0 && !(difference < best_difference)) return;
    best = start;
    best_difference = difference;
  });
  const double factor = product(samples, best, wanted, 0, length) / wanted_squares;
  return make_tuple({Value::from_int(static_cast<int64_t>(best)), double_result(factor)});
}

Value find_factor(Thread& thread, Value fragment, Value reference) {
  Fragment samples(thread, 2), other(thread, 2);
  TRY(open_pairs(thread, samples, fragment));
  TRY(open_pairs(thread, other, reference));
  if (samples.count() != other.count())
    return raise(thread, *audio_error, "Samples should be same size");
  const size_t count = other.count();
  return double_result(product(samples, 0, other, 0, count) / product(other, 0, other, 0, count));
}

Value find_loudest(Thread& thread, Value fragment, int64_t length) {
  Fragment samples(thread, 2);
  TRY(open_pairs(thread, samples, fragment));
  if (length < 0 || samples.count() < static_cast<size_t>(length)) {
    return raise(thread, *audio_error, "Input sample should be longer");
  }
  size_t best = 0;
  double most = 0;
  slide(samples, static_cast<size_t>(length), [&](size_t start, double squares) {
    if (start > 0 && !(squares > most)) return;
    best = start;
    most = squares;
  });
  return Value::from_int(static_cast<int64_t>(best));
}

// ---- changing ----

Value multiply(Thread& thread, Value fragment, int width, double factor) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  return map_samples(thread, samples, width,
                     [=](int sample) { return fit_sample(sample * factor, width); });
}

// Wraps around.
Value shift_level(Thread& thread, Value fragment, int width, int bias) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  return map_samples(thread, samples, width, [=](int sample) {
    return static_cast<int>(static_cast<uint32_t>(sample) + static_cast<uint32_t>(bias));
  });
}

Value add(Thread& thread, Value left, Value right, int width) {
  Fragment first(thread, width), second(thread, width);
  TRY(first.open(left));
  BufferLease lease(thread);
  TRY(lease.acquire(right));
  if (lease.size() != first.count() * static_cast<size_t>(width)) {
    return raise(thread, *audio_error, "Lengths should be the same");
  }
  TRY(second.open(right));
  NewFragment made(first.count(), width);
  if (!made.exists()) return raise_memory_error(thread);
  for (size_t i = 0; i < first.count(); ++i) {
    made.set(i, fit_sample(static_cast<double>(first.at(i)) + second.at(i), width));
  }
  return made.finish();
}

Value to_mono(Thread& thread, Value fragment, int width, double left, double right) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  if (samples.count() % 2) return raise(thread, *audio_error, "not a whole number of frames");
  NewFragment made(samples.count() / 2, width);
  if (!made.exists()) return raise_memory_error(thread);
  for (size_t i = 0; i < samples.count() / 2; ++i) {
    made.set(i, fit_sample(samples.at(2 * i) * left + samples.at(2 * i + 1) * right, width));
  }
  return made.finish();
}

Value to_stereo(Thread& thread, Value fragment, int width, double left, double right) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  NewFragment made(2 * samples.count(), width);
  if (!made.exists()) return raise_memory_error(thread);
  for (size_t i = 0; i < samples.count(); ++i) {
    made.set(2 * i, fit_sample(samples.at(i) * left, width));
    made.set(2 * i + 1, fit_sample(samples.at(i) * right, width));
  }
  return made.finish();
}

Value reverse(Thread& thread, Value fragment, int width) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  NewFragment made(samples.count(), width);
  if (!made.exists()) return raise_memory_error(thread);
  for (size_t i = 0; i < samples.count(); ++i) made.set(samples.count() - 1 - i, samples.at(i));
  return made.finish();
}

Value swap_bytes(Thread& thread, Value fragment, int width) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  return map_samples(thread, samples, width, [=](int sample) {
    return static_cast<int>(__builtin_bswap32(static_cast<uint32_t>(widen(sample, width))));
  });
}

// ---- other forms ----

Value to_width(Thread& thread, Value fragment, int width, int new_width) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  TRY(check_width(thread, new_width));
  return map_samples(thread, samples, new_width,
                     [=](int sample) { return narrow(widen(sample, width), new_width); });
}

Value linear_to_ulaw(Thread& thread, Value fragment, int width) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  return map_samples(thread, samples, 1,
                     [=](int sample) { return to_ulaw(widen(sample, width) >> 18); });
}

Value linear_to_alaw(Thread& thread, Value fragment, int width) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  return map_samples(thread, samples, 1,
                     [=](int sample) { return to_alaw(widen(sample, width) >> 19); });
}

template <int16_t decode(uint8_t)>
Value expand(Thread& thread, Value fragment, int width) {
  TRY(check_width(thread, width));
  Fragment codes(thread, 1);
  TRY(codes.open(fragment));
  return map_samples(thread, codes, width, [=](int code) {
    return narrow(widen(decode(static_cast<uint8_t>(code)), 2), width);
  });
}

Result<AdpcmState> adpcm_state(Thread& thread, Value given, const char* function) {
  AdpcmState state;
  if (given.is_none()) return state;
  if (!is_tuple(given)) return raise(thread, TypeError, "state must be a tuple or None");
  const Tuple& pair = *given.as<Tuple>();
  if (pair.size != 2) return raise(thread, TypeError, "{}(): illegal state argument", function);
  state.predicted = TRY(argument_int(thread, pair.items[0]));
  state.step_index = TRY(argument_int(thread, pair.items[1]));
  if (!state.is_valid()) return raise(thread, ValueError, "bad state");
  return state;
}

Value with_state(Value fragment, const AdpcmState& state) {
  return make_tuple({fragment, make_tuple({Value::from_int(state.predicted),
                                           Value::from_int(state.step_index)})});
}

// Two samples make a byte, the first one in the high half. A sample left over only changes the
// state.
Value linear_to_adpcm(Thread& thread, Value fragment, int width, Value given_state) {
  Fragment samples(thread, width);
  TRY(samples.open(fragment));
  AdpcmState state = TRY(adpcm_state(thread, given_state, "lin2adpcm"));
  NewFragment made(samples.count() / 2, 1);
  if (!made.exists()) return raise_memory_error(thread);
  int high = 0;
  for (size_t i = 0; i < samples.count(); ++i) {
    const int code = state.encode(samples.at_full_width(i) >> 16);
    if (i % 2) made.set(i / 2, high << 4 | code);
    high = code;
  }
  return with_state(made.finish(), state);
}

Value adpcm_to_linear(Thread& thread, Value fragment, int width, Value given_state) {
  TRY(check_width(thread, width));
  Fragment codes(thread, 1);
  TRY(codes.open(fragment));
  AdpcmState state = TRY(adpcm_state(thread, given_state, "adpcm2lin"));
  NewFragment made(2 * codes.count(), width);
  if (!made.exists()) return raise_memory_error(thread);
  for (size_t i = 0; i < 2 * codes.count(); ++i) {
    const int code = codes.at(i / 2) >> (i % 2 ? 0 : 4) & 0xF;
    made.set_from_full_width(i, widen(state.decode(code), 2));
  }
  return with_state(made.finish(), state);
}

const MethodRow functions[] = {
    function<add>("add($module, fragment1, fragment2, width, /)",
                  "Both fragments at once, cut off where too loud."),
    function<adpcm_to_linear>("adpcm2lin($module, fragment, width, state, /)",
                              "Samples from IMA ADPCM, and the new state."),
    function<expand<from_alaw>>("alaw2lin($module, fragment, width, /)",
                                "Samples from codes of the A-law."),
    function<average>("avg($module, fragment, width, /)", "The mean of all samples."),
    function<average_peaks>("avgpp($module, fragment, width, /)",
                            "The mean distance between successive extremes."),
    function<shift_level>("bias($module, fragment, width, bias, /)",
                          "The fragment with `bias` added to each sample."),
    function<swap_bytes>("byteswap($module, fragment, width, /)",
                         "Samples in the other byte order."),
    function<count_crossings>("cross($module, fragment, width, /)",
                              "How often the samples change their sign."),
    function<find_factor>("findfactor($module, fragment, reference, /)",
                          "How much louder `reference` must be to resemble the fragment most."),
    function<find_fit>(
        "findfit($module, fragment, reference, /)",
        "Where in the fragment `reference` fits best, and how much louder it must be there."),
    function<find_loudest>("findmax($module, fragment, length, /)",
                           "Where the loudest `length` samples start."),
    function<get_one_sample>("getsample($module, fragment, width, index, /)",
                             "The sample at `index`."),
    function<linear_to_adpcm>("lin2adpcm($module, fragment, width, state, /)",
                              "IMA ADPCM of samples, and the new state."),
    function<linear_to_alaw>("lin2alaw($module, fragment, width, /)",
                             "Codes of the A-law for samples."),
    function<to_width>("lin2lin($module, fragment, width, newwidth, /)",
                       "Samples in another width."),
    function<linear_to_ulaw>("lin2ulaw($module, fragment, width, /)",
                             "Codes of the u-law for samples."),
    function<loudest>("max($module, fragment, width, /)",
                      "The largest absolute value of a sample."),
    function<largest_peak>("maxpp($module, fragment, width, /)",
                           "The largest distance between successive extremes."),
    function<extremes>("minmax($module, fragment, width, /)",
                       "The smallest and the largest sample."),
    function<multiply>("mul($module, fragment, width, factor, /)",
                       "The fragment, `factor` times as loud."),
    function<convert_rate>("ratecv($module, fragment, width, nchannels, inrate, outrate, state,\n  "
                           "     weightA=1, weightB=0, /)",
                           "The fragment at another rate of frames, and the new state."),
    function<reverse>("reverse($module, fragment, width, /)", "The fragment played backwards."),
    function<root_mean_square>("rms($module, fragment, width, /)",
                               "The root of the mean of the squares of the samples."),
    function<to_mono>("tomono($module, fragment, width, lfactor, rfactor, /)",
                      "Both channels of a fragment in one."),
    function<to_stereo>("tostereo($module, fragment, width, lfactor, rfactor, /)",
                        "One channel copied to two."),
    function<expand<from_ulaw>>("ulaw2lin($module, fragment, width, /)",
                                "Samples from codes of the u-law."),
};

Status initialize(Thread& thread, Module& module) {
  TRY(warn(thread, DeprecationWarning,
           "'audioop' is deprecated and slated for removal in Python 3.13"));
  audio_error = TRY(add_exception(thread, module, "audioop", "error", Exception));
  return nothing;
}

}  // namespace
}  // namespace audio

extern const ModuleSpec audioop_module{"audioop", "Operations on fragments of sound.",
                                       audio::functions, audio::initialize};

}  // namespace minipy
