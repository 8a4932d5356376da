// _random: the Mersenne Twister MT19937 of Matsumoto and Nishimura (1998), seeded and read as
// CPython does, so that a seed gives the same numbers.
#include <cstring>
#include <ctime>
#include <sys/random.h>
#include <unistd.h>
#include <vector>

#include "Modules/native_modules.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/int_limbs.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/number_text.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

constexpr int kWords = 624, kMiddle = 397;

struct RandomGenerator : Object {
  int64_t position;
  uint32_t state[kWords];
};

uint32_t twist(uint32_t upper, uint32_t lower) {
  const uint32_t mixed = (upper & 0x80000000u) | (lower & 0x7fffffffu);
  return (mixed >> 1) ^ (lower & 1 ? 0x9908b0dfu : 0);
}

uint32_t next_word(RandomGenerator& generator) {
  uint32_t* state = generator.state;
  if (generator.position >= kWords) {
    int i = 0;
    for (; i < kWords - kMiddle; ++i) state[i] = state[i + kMiddle] ^ twist(state[i], state[i + 1]);
    for (; i < kWords - 1; ++i) state[i] = state[i + kMiddle - kWords] ^ twist(state[i], state[i + 1]);
    state[i] = state[kMiddle - 1] ^ twist(state[i], state[0]);
    generator.position = 0;
  }
  uint32_t word = state[generator.position++];
  word ^= word >> 11;
  word ^= (word << 7) & 0x9d2c5680u;
  word ^= (word << 15) & 0xefc60000u;
  return word ^ (word >> 18);
}

void seed_by_word(RandomGenerator& generator, uint32_t seed) {
  uint32_t* state = generator.state;
  // Each word depends on the one before, which is quicker to have from a register than from memory.
  uint32_t word = state[0] = seed;
  for (uint32_t i = 1; i < kWords; ++i) state[i] = word = 1812433253u * (word ^ (word >> 30)) + i;
  generator.position = kWords;
}

void seed_by_array(RandomGenerator& generator, const uint32_t* key, size_t length) {
  seed_by_word(generator, 19650218u);
  uint32_t* state = generator.state;
  uint32_t word = state[0];
  size_t i = 1, j = 0;
  auto advance = [&] {
    if (++i >= kWords) {
      state[0] = state[kWords - 1];
      i = 1;
    }
  };
  for (size_t k = length > kWords ? length : kWords; k; --k) {
    state[i] = word = (state[i] ^ ((word ^ (word >> 30)) * 1664525u)) + key[j] + static_cast<uint32_t>(j);
    advance();
    if (++j >= length) j = 0;
  }
  for (size_t k = kWords - 1; k; --k) {
    state[i] = word = (state[i] ^ ((word ^ (word >> 30)) * 1566083941u)) - static_cast<uint32_t>(i);
    advance();
  }
  state[0] = 0x80000000u;
}

void seed_from_system(RandomGenerator& generator) {
  uint32_t key[kWords];
  if (getrandom(key, sizeof key, GRND_NONBLOCK) == static_cast<ssize_t>(sizeof key)) {
    seed_by_array(generator, key, kWords);
    return;
  }
  timespec now, running;
  clock_gettime(CLOCK_REALTIME, &now);
  clock_gettime(CLOCK_MONOTONIC, &running);
  const uint32_t times[] = {static_cast<uint32_t>(now.tv_nsec), static_cast<uint32_t>(now.tv_sec),
                            static_cast<uint32_t>(getpid()), static_cast<uint32_t>(running.tv_nsec)};
  seed_by_array(generator, times, 4);
}

// The magnitude of the number, 32 bits at a time, is the key.
void seed_by_int(RandomGenerator& generator, Value number) {
  const IntView view(number);
  std::vector<uint32_t> key;
  for (size_t i = 0; i < view.size(); ++i) {
    key.push_back(static_cast<uint32_t>(view.limb(i)));
    key.push_back(static_cast<uint32_t>(view.limb(i) >> 32));
  }
  while (!key.empty() && key.back() == 0) key.pop_back();
  if (key.empty()) key.push_back(0);
  seed_by_array(generator, key.data(), key.size());
}

Status seed_with(Thread& thread, RandomGenerator& generator, Value seed) {
  if (seed.is_none()) {
    seed_from_system(generator);
    return nothing;
  }
  if (is_any_int(seed)) {
    seed_by_int(generator, seed);
    return nothing;
  }
  const uint64_t hashed = static_cast<uint64_t>(TRY(hash(thread, seed)));
  seed_by_int(generator, make_uint(hashed));
  return nothing;
}

Value make(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  if (type.slots.init == type_of_kind(ModuleKind::RandomGenerator).slots.init) {
    TRY(refuse_keywords(thread, "Random", keyword_names));
  }
  TRY(check_count(thread, "Random", count, 0, 1));
  auto* generator = allocate_instance_as<RandomGenerator>(type);
  if (!generator) return error;
  TRY(seed_with(thread, *generator, count ? arguments[0] : None));
  return generator;
}

// 53 bits: 27 above 26.
double random(RandomGenerator& self) {
  const uint32_t high = next_word(self) >> 5, low = next_word(self) >> 6;
  return (high * 67108864.0 + low) * (1.0 / 9007199254740992.0);
}

Status seed(Thread& thread, RandomGenerator& self, Value n) { return seed_with(thread, self, n); }

Value get_state(RandomGenerator& self) {
  Tuple* state = allocate_tuple(kWords + 1);
  for (size_t i = 0; i < kWords; ++i) state->items[i] = make_uint(self.state[i]);
  state->items[kWords] = make_int(self.position);
  return state;
}

Status set_state(Thread& thread, RandomGenerator& self, Value state) {
  if (!is_tuple(state)) return raise(thread, TypeError, "state vector must be a tuple");
  const Tuple& tuple = *state.as<Tuple>();
  if (tuple.size != kWords + 1) return raise(thread, ValueError, "state vector is the wrong size");
  uint32_t words[kWords];
  for (size_t i = 0; i < kWords; ++i) {
    if (!is_any_int(tuple.items[i])) return raise(thread, TypeError, "an integer is required");
    const std::optional<uint64_t> word = int_to_uint64(tuple.items[i]);
    if (!word) {
      if (int_sign(tuple.items[i]) < 0) {
        return raise(thread, OverflowError, "can't convert negative value to unsigned int");
      }
      return raise(thread, OverflowError, "Python int too large to convert to C unsigned long");
    }
    words[i] = static_cast<uint32_t>(*word);
  }
  if (!is_any_int(tuple.items[kWords])) return raise(thread, TypeError, "an integer is required");
  const std::optional<int64_t> position = int_to_int64(tuple.items[kWords]);
  if (!position) return raise(thread, OverflowError, "Python int too large to convert to C long");
  if (*position < 0 || *position > kWords) return raise(thread, ValueError, "invalid state");
  self.position = *position;
  std::memcpy(self.state, words, sizeof words);
  return nothing;
}

Value get_random_bits(Thread& thread, RandomGenerator& self, int k) {
  if (k < 0) return raise(thread, ValueError, "number of bits must be non-negative");
  if (k == 0) return Value::from_int(0);
  if (k <= 32) return Value::from_int(next_word(self) >> (32 - k));
  const size_t words = static_cast<size_t>(k - 1) / 32 + 1;
  NewInt result((words + 1) / 2);
  if (result.failed()) return raise_memory_error(thread);
  mpn_zero(result.limbs(), static_cast<mp_size_t>((words + 1) / 2));
  for (size_t i = 0; i < words; ++i, k -= 32) {
    uint64_t word = next_word(self);
    if (k < 32) word >>= 32 - k;
    result.limbs()[i / 2] |= word << (i % 2 * 32);
  }
  return result.finish((words + 1) / 2, false);
}

const MethodRow methods[] = {
    method<random>("random($self, /)", "random() -> x in the interval [0, 1)."),
    method<seed>("seed($self, n=None, /)",
                 "seed([n]) -> None.\n\nStart anew from n: an integer, any other hashable object, or without it from\n"
                 "the system's randomness."),
    method<get_state>("getstate($self, /)", "getstate() -> tuple containing the current state."),
    method<set_state>("setstate($self, state, /)", "setstate(state) -> None.  Restores generator state."),
    method<get_random_bits>("getrandbits($self, k, /)", "getrandbits(k) -> x.  Generates an int with k random bits."),
};

Status initialize(Thread&, Module& module) {
  static TypeSpec spec = {.doc = "Random() -> create a random number generator with its own internal state.",
                          .instance_bytes = sizeof(RandomGenerator),
                          .flags = Type::kBaseType | Type::kLeaf,
                          .methods = methods};
  spec.slots.make = make;
  module_add_type(module, define_type(ModuleKind::RandomGenerator, spec));
  return nothing;
}

}  // namespace

extern const ModuleSpec random_module = {"_random", "The Mersenne Twister random number generator.", {}, initialize};

}  // namespace minipy
