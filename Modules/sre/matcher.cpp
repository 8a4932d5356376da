// The matcher: a loop over instructions with its own stack of choices, so that no pattern and no text
// can exhaust the C++ stack. Library "re"; what a choice restores is all that was set since.
#include "Modules/sre/matcher.h"

#include <cstring>

#include "Modules/sre/backtrack.h"
#include "Objects/raise.h"
#include "Objects/thread.h"

namespace minipy::sre {

namespace {

constexpr int kStepsBetweenSignalChecks = 1 << 14;

template <typename T>
class Matcher {
 public:
  enum class Outcome { No, Yes, Interrupted, NoMemory };

  Matcher(Thread& thread, MatchState& state)
      : thread_(thread), state_(state), program_(*state.program), beginning_(static_cast<const T*>(state.text)),
        end_(beginning_ + state.end) {
    const size_t words = program_.mark_count + 2 * size_t{program_.loop_count};
    registers_ = words <= kInlineRegisters ? inline_registers_
                                           : static_cast<const T**>(std::malloc(words * sizeof(const T*)));
    marks_ = registers_;
    loops_ = reinterpret_cast<Loop*>(registers_ + program_.mark_count);
  }
  ~Matcher() {
    if (registers_ != inline_registers_) std::free(registers_);
  }
  Matcher(const Matcher&) = delete;
  Matcher& operator=(const Matcher&) = delete;

  Outcome run(Mode mode) {
    if (!registers_) return Outcome::NoMemory;
    const T* start = beginning_ + state_.start;
    if (state_.start > state_.end) return Outcome::No;
    must_advance_ = state_.must_advance;
    whole_ = mode == Mode::FullMatch;
    const Outcome outcome = mode == Mode::Search ? search(start) : match_at(start);
    if (outcome == Outcome::Yes) report();
    return outcome;
  }

 private:
  static constexpr size_t kInlineRegisters = 32;
  struct Loop {
    int64_t count;   // of finished rounds, minus one before the first; of barriers: the height of the stack
    const T* last;   // where the current round began
  };

  void report() {
    state_.start = match_start_ - beginning_;
    state_.match_end = match_end_ - beginning_;
    state_.last_index = last_index_;
    for (uint32_t i = 0; i < program_.mark_count; ++i) state_.marks[i] = marks_[i] ? marks_[i] - beginning_ : -1;
  }

  // ---- searching ----

  // What `place` is in a table of kStartKinds.
  size_t start_kind(const T* place) const {
    if (place == end_) return kEndStart;
    if constexpr (sizeof(T) == 1) return *place;
    return *place < 256 ? *place : kWideStart;
  }
  uint8_t ways(const Instruction& instruction, const T* place) const {
    return program_.ways[instruction.ways * size_t{kStartKinds} + start_kind(place)];
  }

  // The next place from `place` on where a match may begin; nullptr if there is none.
  const T* next_candidate(const T* place) const {
    if (program_.prefix_size) return find_prefix(place);
    if (program_.at_line_start) {
      if (place == beginning_ || place[-1] == '\n') return place;
      const T* line_end = find(place, end_, '\n');
      return line_end ? line_end + 1 : nullptr;
    }
    if (program_.first) {
      while (place < end_ && !program_.first[start_kind(place)]) ++place;
      return program_.first[start_kind(place)] ? place : nullptr;
    }
    return place;
  }

  static const T* find(const T* from, const T* to, uint32_t c) {
    if constexpr (sizeof(T) == 1) {
      if (c > 255 || from >= to) return nullptr;
      return static_cast<const T*>(std::memchr(from, static_cast<int>(c), static_cast<size_t>(to - from)));
    } else {
      for (; from < to; ++from) {
        if (*from == c) return from;
      }
      return nullptr;
    }
  }

  const T* find_prefix(const T* place) const {
    const uint32_t* prefix = program_.prefix;
    const size_t size = program_.prefix_size;
    if (static_cast<size_t>(end_ - place) < size) return nullptr;
    const T* const last = end_ - size + 1;
    for (; (place = find(place, last, prefix[0])) != nullptr; ++place) {
      size_t i = 1;
      while (i < size && place[i] == prefix[i]) ++i;
      if (i == size) return place;
    }
    return nullptr;
  }

  Outcome search(const T* start) {
    if (program_.at_beginning) return start == beginning_ ? match_at(start) : Outcome::No;
    if (must_advance_) {  // only the first place is special
      const Outcome outcome = match_at(start);
      if (outcome != Outcome::No || start == end_) return outcome;
      must_advance_ = false;
      ++start;
    }
    for (;;) {
      const T* candidate = next_candidate(start);
      if (!candidate) return Outcome::No;
      if (program_.is_literal) {
        match_start_ = candidate;
        match_end_ = candidate + program_.prefix_size;
        reset();
        return Outcome::Yes;
      }
      run_end_ = nullptr;
      const Outcome outcome = match_at(candidate);
      if (outcome != Outcome::No) return outcome;
      if (candidate >= end_) return Outcome::No;
      start = candidate + 1;
      if (program_.skips_run && run_end_ > start) start = run_end_;
    }
  }

  // ---- one character ----

  bool item_fits(const Instruction& instruction, T c) const {
    switch (instruction.item) {
      case Item::Literal: return c == instruction.a;
      case Item::NotLiteral: return c != instruction.a;
      case Item::Any: return c != '\n';
      case Item::AnyAll: return true;
      case Item::Set: return program_.sets[instruction.a].contains(c, program_.code);
    }
    return false;
  }

  // The end of the longest run of fitting characters, at most instruction.max of them.
  const T* run_end(const Instruction& instruction, const T* place) const {
    const T* limit = end_;
    if (instruction.max != kMaxRepeat && static_cast<uint64_t>(end_ - place) > instruction.max) {
      limit = place + instruction.max;
    }
    switch (instruction.item) {
      case Item::AnyAll: return limit;
      case Item::Any: {
        const T* found = find(place, limit, '\n');
        return found ? found : limit;
      }
      case Item::Literal:
        while (place < limit && *place == instruction.a) ++place;
        return place;
      case Item::NotLiteral: {
        const T* found = find(place, limit, instruction.a);
        return found ? found : limit;
      }
      case Item::Set: break;
    }
    const CharacterSet& set = program_.sets[instruction.a];
    if (set.is_dynamic) {
      while (place < limit && set.contains(*place, program_.code)) ++place;
      return place;
    }
    while (place < limit && (*place < 256 ? set.table[*place] != 0 : set.contains_slowly(*place, program_.code))) ++place;
    return place;
  }

  bool at(At kind, const T* place) const {
    switch (kind) {
      case At::Beginning:
      case At::BeginningString: return place == beginning_;
      case At::BeginningLine: return place == beginning_ || place[-1] == '\n';
      case At::End: return place == end_ || (end_ - place == 1 && *place == '\n');
      case At::EndLine: return place == end_ || *place == '\n';
      case At::EndString: return place == end_;
      case At::Boundary: return at_boundary(place, is_word_ascii, true);
      case At::NonBoundary: return at_boundary(place, is_word_ascii, false);
      case At::LocBoundary: return at_boundary(place, is_word_locale, true);
      case At::LocNonBoundary: return at_boundary(place, is_word_locale, false);
      case At::UniBoundary: return at_boundary(place, is_word_unicode, true);
      case At::UniNonBoundary: return at_boundary(place, is_word_unicode, false);
      case At::kCount: break;
    }
    return false;
  }
  bool at_boundary(const T* place, bool (*is_word)(uint32_t), bool wanted) const {
    if (beginning_ == end_) return false;
    const bool before = place > beginning_ && is_word(place[-1]);
    const bool after = place < end_ && is_word(*place);
    return (before != after) == wanted;
  }

  // The end of a repetition of group `a` at `place`, or nullptr.
  const T* after_reference(const Instruction& instruction, const T* place) const {
    const T *from = marks_[instruction.a * 2], *to = marks_[instruction.a * 2 + 1];
    if (!from || !to || to < from || to - from > end_ - place) return nullptr;
    for (; from < to; ++from, ++place) {
      if (*from != *place && (instruction.fold == Fold::None ||
                              lower(instruction.fold, *from) != lower(instruction.fold, *place))) {
        return nullptr;
      }
    }
    return place;
  }

  // ---- the machine ----

  void reset() {
    for (uint32_t i = 0; i < program_.mark_count; ++i) marks_[i] = nullptr;
    last_index_ = -1;
    stack_.clear();
  }

  // Without a choice since the last time there is nobody to come back to the values between.
  bool save_loop(uint32_t i) {
    if (stack_.is_empty() || stack_.top().restores_loop(i)) return true;
    return stack_.push(Entry::RestoreLoop, i, loops_[i].last, loops_[i].count);
  }

  bool push_barrier(Entry::Kind kind, uint32_t loop, uint32_t instruction, const T* place) {
    if (!save_loop(loop)) return false;
    loops_[loop].count = static_cast<int64_t>(stack_.size());
    loops_[loop].last = place;
    return stack_.push(kind, instruction, place);
  }

  void restore(const Entry& entry) {
    if (entry.kind == Entry::RestoreMark) {
      marks_[entry.index] = static_cast<const T*>(entry.place);
      last_index_ = entry.other;
    } else if (entry.kind == Entry::RestoreLoop) {
      loops_[entry.index] = {entry.other, static_cast<const T*>(entry.place)};
    }
  }

  void set_mark(uint32_t i, const T* place) {
    marks_[i] = place;
    if (i & 1) last_index_ = i / 2 + 1;
  }

  bool signals_pending() {
    steps_left_ = kStepsBetweenSignalChecks;
    return thread_.pending.load(std::memory_order_relaxed) && run_pending(thread_).failed();
  }

  // The next character for a lazy run: true if `place` moved on.
  bool extend_lazily(const Instruction& run, Entry& entry, const T*& place) const {
    place = static_cast<const T*>(entry.place);
    do {
      if (place == end_ || (run.max != kMaxRepeat && entry.other >= run.max) || !item_fits(run, *place)) return false;
      ++place;
      ++entry.other;
    } while (!ways(run, place));
    entry.place = place;
    return true;
  }

  // Goes back to the last open choice; false if there is none.
  bool backtrack(uint32_t& next, const T*& place) {
    while (!stack_.is_empty()) {
      Entry& entry = stack_.top();
      switch (entry.kind) {
        case Entry::RestoreMark:
        case Entry::RestoreLoop:
          restore(entry);
          stack_.pop();
          break;
        case Entry::Barrier: stack_.pop(); break;
        case Entry::Choice:
        case Entry::NotBarrier:
          next = entry.index;
          place = static_cast<const T*>(entry.place);
          stack_.pop();
          return true;
        case Entry::GreedyRun:
          if (shorten(entry, next, place)) return true;
          break;
        case Entry::LazyRun:
          if (extend_lazily(program_.instructions[entry.index], entry, place)) {
            next = entry.index + 1;
            return true;
          }
          stack_.pop();
          break;
        case Entry::LazyLoop:
          next = entry.index;
          place = static_cast<const T*>(entry.place);
          stack_.pop();
          if (enter_lazy_body(next, place)) return true;
          break;
      }
    }
    return false;
  }

  // The last place in [least, end] from which what follows `run` can go on; before `least` if there is none.
  const T* last_end(const Instruction& run, const T* least, const T* end) const {
    while (end >= least && !ways(run, end)) --end;
    return end;
  }

  // A greedy run gives characters back; the entry goes when there is nothing left to give.
  bool shorten(Entry& entry, uint32_t& next, const T*& place) {
    const T* const least = static_cast<const T*>(entry.place);
    next = entry.index;
    const T* const end = last_end(program_.instructions[next - 1], least, beginning_ + entry.other - 1);
    if (end < least) {
      stack_.pop();
      return false;
    }
    place = end;
    if (end == least) {
      stack_.pop();
    } else {
      entry.other = end - beginning_;
    }
    return true;
  }

  // After the tail of a lazy loop has failed: one more round, if it may have one.
  bool enter_lazy_body(uint32_t& next, const T* place) {
    const Instruction& instruction = program_.instructions[next];
    Loop& loop = loops_[instruction.a];
    const int64_t count = loop.count + 1;
    if ((instruction.max != kMaxRepeat && count >= instruction.max) || place == loop.last) return false;
    if (!save_loop(instruction.a)) {
      no_memory_ = true;
      return false;
    }
    loop.count = count;
    loop.last = place;
    next = instruction.target;
    return true;
  }

  Outcome match_at(const T* start);

  Thread& thread_;
  MatchState& state_;
  const Program& program_;
  const T *beginning_, *end_;
  const T *match_start_ = nullptr, *match_end_ = nullptr;
  const T* run_end_ = nullptr;  // where the first run of the last attempt ended
  const T** registers_;
  const T** marks_;
  Loop* loops_;
  int64_t last_index_ = -1;
  bool must_advance_ = false, whole_ = false, no_memory_ = false;
  int steps_left_ = kStepsBetweenSignalChecks;
  BacktrackStack stack_;
  const T* inline_registers_[kInlineRegisters];
};

// clang-format off
#define FAIL goto fail
#define PUSH(...) do { if (!stack_.push(__VA_ARGS__)) return Outcome::NoMemory; } while (0)
// clang-format on

template <typename T>
typename Matcher<T>::Outcome Matcher<T>::match_at(const T* start) {
  reset();
  const Instruction* const instructions = program_.instructions;
  const T* place = start;
  uint32_t next = 0;
  for (;;) {
    const Instruction& i = instructions[next];
    switch (i.op) {
      case Op::Single:
        if (place == end_ || !item_fits(i, *place)) FAIL;
        ++place;
        ++next;
        continue;

      case Op::Mark:
        if (!stack_.is_empty()) PUSH(Entry::RestoreMark, i.a, marks_[i.a], last_index_);
        set_mark(i.a, place);
        ++next;
        continue;

      case Op::At:
        if (!at(static_cast<At>(i.a), place)) FAIL;
        ++next;
        continue;

      case Op::Split:
        switch (ways(i, place)) {
          case kNoWay: FAIL;
          case kSecondWay: next = i.target; continue;
          case kBothWays: PUSH(Entry::Choice, i.target, place); break;
        }
        ++next;
        continue;

      case Op::Jump:
        next = i.target;
        continue;

      case Op::RepeatGreedy: {
        const T* const end = run_end(i, place);
        if (end - place < static_cast<int64_t>(i.min)) FAIL;
        const T* const least = place + i.min;
        place = last_end(i, least, end);
        if (place < least) FAIL;
        ++next;
        if (place > least) PUSH(Entry::GreedyRun, next, least, place - beginning_);
        continue;
      }

      case Op::RepeatPossessive: {
        const T* const end = run_end(i, place);
        if (!run_end_) run_end_ = end;
        if (end - place < static_cast<int64_t>(i.min)) FAIL;
        place = end;
        ++next;
        continue;
      }

      case Op::RepeatLazy: {
        if (i.min) {
          Instruction least = i;
          least.max = i.min;
          const T* const end = run_end(least, place);
          if (end - place < static_cast<int64_t>(i.min)) FAIL;
          place = end;
        }
        PUSH(Entry::LazyRun, next, place, i.min);
        if (!ways(i, place)) FAIL;
        ++next;
        continue;
      }

      case Op::LoopStart:
        if (!save_loop(i.a)) return Outcome::NoMemory;
        loops_[i.a] = {-1, nullptr};
        next = i.target;
        continue;

      case Op::LoopGreedy: {
        Loop& loop = loops_[i.a];
        const int64_t count = loop.count + 1;
        if (count < static_cast<int64_t>(i.min)) {
          if (!save_loop(i.a)) return Outcome::NoMemory;
          loop.count = count;
          next = i.target;
        } else if ((count < static_cast<int64_t>(i.max) || i.max == kMaxRepeat) && place != loop.last &&
                   (ways(i, place) & kFirstWay)) {
          if (!save_loop(i.a)) return Outcome::NoMemory;
          if (ways(i, place) & kSecondWay) PUSH(Entry::Choice, next + 1, place);
          loop.count = count;
          loop.last = place;
          next = i.target;
        } else {
          ++next;
        }
        break;
      }

      case Op::LoopLazy: {
        Loop& loop = loops_[i.a];
        if (loop.count + 1 < static_cast<int64_t>(i.min)) {
          if (!save_loop(i.a)) return Outcome::NoMemory;
          ++loop.count;
          next = i.target;
        } else {
          if (ways(i, place) & kFirstWay) PUSH(Entry::LazyLoop, next, place);
          if (!(ways(i, place) & kSecondWay)) FAIL;
          ++next;
        }
        break;
      }

      // Loop a: count and last as in other loops; loop a + 1: the barrier of the current round.
      case Op::LoopPossessive:
        if (!save_loop(i.a)) return Outcome::NoMemory;
        loops_[i.a] = {0, nullptr};
        if (i.max == 0) {
          next = i.target;
          continue;
        }
        if (!push_barrier(i.min > 0 ? Entry::Barrier : Entry::NotBarrier, i.a + 1, i.target, place)) {
          return Outcome::NoMemory;
        }
        ++next;
        continue;

      case Op::LoopPossessiveEnd: {
        const Instruction& loop_start = instructions[i.target];
        Loop& loop = loops_[i.a];
        const T* const round_start = loops_[i.a + 1].last;
        stack_.cut(static_cast<size_t>(loops_[i.a + 1].count));
        const int64_t count = loop.count + 1;
        if (!save_loop(i.a)) return Outcome::NoMemory;
        loop.count = count;
        const bool needs_more = count < static_cast<int64_t>(loop_start.min);
        const bool may_have_more = count < static_cast<int64_t>(loop_start.max) || loop_start.max == kMaxRepeat;
        if (!needs_more && (!may_have_more || place == round_start)) {
          ++next;
          break;
        }
        // A round that fails ends the loop, once there are enough.
        if (!push_barrier(needs_more ? Entry::Barrier : Entry::NotBarrier, i.a + 1, next + 1, place)) {
          return Outcome::NoMemory;
        }
        next = i.target + 1;
        break;
      }

      case Op::LookStart:
        if (place - beginning_ < static_cast<int64_t>(i.min)) FAIL;
        if (!push_barrier(Entry::Barrier, i.a, next, place)) return Outcome::NoMemory;
        place -= i.min;
        ++next;
        continue;

      case Op::LookEnd:
        place = loops_[i.a].last;
        stack_.cut(static_cast<size_t>(loops_[i.a].count));
        ++next;
        continue;

      case Op::LookNotStart:
        if (place - beginning_ < static_cast<int64_t>(i.min)) {  // no room: so it does not stand there
          next = i.target;
          continue;
        }
        if (!push_barrier(Entry::NotBarrier, i.a, i.target, place)) return Outcome::NoMemory;
        place -= i.min;
        ++next;
        continue;

      case Op::LookNotEnd: {
        // It does stand there: everything back to the barrier is undone, and that fails.
        const auto height = static_cast<size_t>(loops_[i.a].count);
        while (stack_.size() > height) {
          restore(stack_.top());
          stack_.pop();
        }
        FAIL;
      }

      case Op::AtomicStart:
        if (!push_barrier(Entry::Barrier, i.a, next, place)) return Outcome::NoMemory;
        ++next;
        continue;

      case Op::AtomicEnd:
        stack_.cut(static_cast<size_t>(loops_[i.a].count));
        ++next;
        continue;

      case Op::GroupReference: {
        const T* const after = after_reference(i, place);
        if (!after) FAIL;
        place = after;
        ++next;
        continue;
      }

      case Op::GroupExists: {
        const T *from = marks_[i.a * 2], *to = marks_[i.a * 2 + 1];
        next = from && to && from <= to ? next + 1 : i.target;
        continue;
      }

      case Op::Success:
        if ((whole_ && place != end_) || (must_advance_ && place == start)) FAIL;
        match_start_ = start;
        match_end_ = place;
        return Outcome::Yes;

      case Op::Fail:
        FAIL;
    }
    // Loops come here after each round.
    if (--steps_left_ <= 0 && signals_pending()) return Outcome::Interrupted;
    continue;

  fail:
    if (--steps_left_ <= 0 && signals_pending()) return Outcome::Interrupted;
    if (!backtrack(next, place)) return no_memory_ ? Outcome::NoMemory : Outcome::No;
  }
}

#undef FAIL
#undef PUSH

template <typename T>
Result<bool> run_with(Thread& thread, MatchState& state, Mode mode) {
  Matcher<T> matcher(thread, state);
  switch (matcher.run(mode)) {
    case Matcher<T>::Outcome::No: return false;
    case Matcher<T>::Outcome::Yes: return true;
    case Matcher<T>::Outcome::Interrupted: return error;
    case Matcher<T>::Outcome::NoMemory: return raise_memory_error(thread);
  }
  MP_UNREACHABLE();
}

}  // namespace

Result<bool> run(Thread& thread, MatchState& state, Mode mode) {
  switch (state.width) {
    case 1: return run_with<uint8_t>(thread, state, mode);
    case 2: return run_with<uint16_t>(thread, state, mode);
    default: return run_with<uint32_t>(thread, state, mode);
  }
}

}  // namespace minipy::sre
