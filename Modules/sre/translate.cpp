// Checks the words of a compiled pattern and translates them. The words come from re/_compiler.py, but
// anyone may call _sre.compile(): whatever is not as that would write it is refused, so that running a
// program never reads outside.
#include <algorithm>
#include <cstring>
#include <map>
#include <string>

#include "Modules/sre/first_characters.h"
#include "Modules/sre/program.h"
#include "Objects/gc.h"

namespace minipy::sre {

namespace {

constexpr int kMaxNesting = 5000;
constexpr size_t kMaxWays = 1024;  // tables in one program: beyond, a choice is looked at the slow way

class Translator {
 public:
  Translator(std::span<const uint32_t> code, uint32_t groups) : code_(code), groups_(groups) {}

  bool run() {
    // The last word is the success of the whole.
    if (code_.empty() || groups_ > kMaxGroups || at(code_.size() - 1) != Code::Success) return false;
    size_t start = 0;
    if (at(0) == Code::Info) {
      if (!info(start)) return false;
    }
    if (!sequence(start, code_.size() - 1)) return false;
    emit(Op::Success);
    return true;
  }

  Program* finish();

 private:
  Code at(size_t i) const { return static_cast<Code>(code_[i]); }

  Instruction& emit(Op op) {
    Instruction instruction{};
    instruction.op = op;
    instructions_.push_back(instruction);
    return instructions_.back();
  }
  uint32_t here() const { return static_cast<uint32_t>(instructions_.size()); }

  // The place that the skip word at `place` points to; it must lie in (place, end].
  bool skip_target(size_t place, size_t end, size_t& target) const {
    if (place >= end) return false;
    const uint32_t skip = code_[place];
    if (skip == 0 || skip > end - place) return false;
    target = place + skip;
    return true;
  }

  // ---- sets ----

  // Checks the words of a set at [start, end), which ends with FAILURE.
  bool charset(size_t start, size_t end) const {
    if (start >= end || at(end - 1) != Code::Failure) return false;
    --end;
    size_t i = start;
    while (i < end) {
      size_t words = 1;
      switch (at(i)) {
        case Code::Negate: break;
        case Code::Literal: words = 2; break;
        case Code::Range:
        case Code::RangeUniIgnore: words = 3; break;
        case Code::Charset: words = 9; break;
        case Code::Category:
          words = 2;
          if (i + 1 >= end || code_[i + 1] >= static_cast<uint32_t>(Category::kCount)) return false;
          break;
        case Code::BigCharset: {
          if (end - i < 66) return false;
          const size_t blocks = code_[i + 1];
          if (blocks > 256) return false;
          const auto* chosen = reinterpret_cast<const uint8_t*>(&code_[i + 2]);
          for (int k = 0; k < 256; ++k) {
            if (chosen[k] >= blocks) return false;
          }
          words = 66 + blocks * 8;
          break;
        }
        default: return false;
      }
      if (words > end - i) return false;
      i += words;
    }
    return true;
  }

  bool uses_locale(size_t i) const {
    for (; at(i) != Code::Failure;) {
      switch (at(i)) {
        case Code::Negate: i += 1; break;
        case Code::Literal: i += 2; break;
        case Code::Category:
          if (code_[i + 1] == static_cast<uint32_t>(Category::LocWord) ||
              code_[i + 1] == static_cast<uint32_t>(Category::LocNotWord)) {
            return true;
          }
          i += 2;
          break;
        case Code::Charset: i += 9; break;
        case Code::BigCharset: i += 66 + code_[i + 1] * 8; break;
        default: i += 3; break;
      }
    }
    return false;
  }

  uint32_t add_set(CharacterSet::Kind kind, Fold fold, uint32_t word) {
    CharacterSet set{};
    set.kind = kind;
    set.fold = fold;
    set.is_dynamic = fold == Fold::Locale;
    if (kind == CharacterSet::Charset) {
      set.code = word;
      set.is_dynamic |= uses_locale(word);
    } else {
      set.literal = word;
    }
    for (uint32_t c = 0; c < 256; ++c) set.table[c] = set.contains_slowly(c, code_.data());
    sets_.push_back(set);
    return static_cast<uint32_t>(sets_.size() - 1);
  }

  // ---- one character ----

  // If code_[i] starts a single-character operator, fills `instruction` and moves `i` behind it.
  bool single(size_t& i, size_t end, Instruction& instruction) {
    const Code op = at(i);
    switch (op) {
      case Code::Any: instruction.item = Item::Any; ++i; return true;
      case Code::AnyAll: instruction.item = Item::AnyAll; ++i; return true;
      case Code::Literal:
      case Code::NotLiteral:
        if (i + 1 >= end) return false;
        instruction.item = op == Code::Literal ? Item::Literal : Item::NotLiteral;
        instruction.a = code_[i + 1];
        i += 2;
        return true;
      case Code::LiteralIgnore: return folded_literal(i, end, instruction, CharacterSet::Literal, Fold::Ascii);
      case Code::LiteralLocIgnore: return folded_literal(i, end, instruction, CharacterSet::Literal, Fold::Locale);
      case Code::LiteralUniIgnore: return folded_literal(i, end, instruction, CharacterSet::Literal, Fold::Unicode);
      case Code::NotLiteralIgnore: return folded_literal(i, end, instruction, CharacterSet::NotLiteral, Fold::Ascii);
      case Code::NotLiteralLocIgnore: return folded_literal(i, end, instruction, CharacterSet::NotLiteral, Fold::Locale);
      case Code::NotLiteralUniIgnore: return folded_literal(i, end, instruction, CharacterSet::NotLiteral, Fold::Unicode);
      case Code::In: return in(i, end, instruction, Fold::None);
      case Code::InIgnore: return in(i, end, instruction, Fold::Ascii);
      case Code::InLocIgnore: return in(i, end, instruction, Fold::Locale);
      case Code::InUniIgnore: return in(i, end, instruction, Fold::Unicode);
      default: return false;
    }
  }
  bool folded_literal(size_t& i, size_t end, Instruction& instruction, CharacterSet::Kind kind, Fold fold) {
    if (i + 1 >= end) return false;
    instruction.item = Item::Set;
    instruction.a = add_set(kind, fold, code_[i + 1]);
    i += 2;
    return true;
  }
  bool in(size_t& i, size_t end, Instruction& instruction, Fold fold) {
    size_t after;
    if (!skip_target(i + 1, end, after) || !charset(i + 2, after)) return false;
    instruction.item = Item::Set;
    instruction.a = add_set(CharacterSet::Charset, fold, static_cast<uint32_t>(i + 2));
    i = after;
    return true;
  }

  // ---- the parts of a pattern ----

  bool info(size_t& start) {
    size_t after;
    if (!skip_target(1, code_.size(), after) || after < 5) return false;
    const uint32_t flags = code_[2];
    if (flags & ~uint32_t{kInfoPrefix | kInfoLiteral | kInfoCharset}) return false;
    if ((flags & kInfoPrefix) && (flags & kInfoCharset)) return false;
    if ((flags & kInfoLiteral) && !(flags & kInfoPrefix)) return false;
    if (flags & kInfoPrefix) {
      if (after < 7) return false;
      const size_t size = code_[5];
      if (size > (after - 7) / 2 || size * 2 != after - 7) return false;
      if (code_[6] > size) return false;
      for (size_t i = 0; i < size; ++i) {  // the overlap table
        if (code_[7 + size + i] >= size) return false;
      }
      prefix_.assign(code_.begin() + 7, code_.begin() + 7 + static_cast<ptrdiff_t>(size));
      is_literal_ = flags & kInfoLiteral;
    } else if (flags & kInfoCharset) {
      if (!charset(5, after)) return false;
    } else if (after != 5) {
      return false;
    }
    start = after;
    return true;
  }

  bool sequence(size_t i, size_t end) {
    if (end > code_.size() || i > end || ++nesting_ > kMaxNesting) return false;
    while (i < end) {
      if (!element(i, end)) return false;
    }
    --nesting_;
    return true;
  }

  bool element(size_t& i, size_t end) {
    Instruction instruction{};
    instruction.op = Op::Single;
    const Code op = at(i);
    switch (op) {
      case Code::Failure:
        emit(Op::Fail);
        ++i;
        return true;
      case Code::Success:
        ++i;
        return true;
      case Code::At:
        if (i + 1 >= end || code_[i + 1] >= static_cast<uint32_t>(At::kCount)) return false;
        emit(Op::At).a = code_[i + 1];
        i += 2;
        return true;
      case Code::Mark:
        if (i + 1 >= end || code_[i + 1] >= 2 * groups_) return false;
        emit(Op::Mark).a = code_[i + 1];
        i += 2;
        return true;
      case Code::GroupRef: return group_reference(i, end, Fold::None);
      case Code::GroupRefIgnore: return group_reference(i, end, Fold::Ascii);
      case Code::GroupRefLocIgnore: return group_reference(i, end, Fold::Locale);
      case Code::GroupRefUniIgnore: return group_reference(i, end, Fold::Unicode);
      case Code::Branch: return branch(i, end);
      case Code::Repeat: return repeat(i, end);
      case Code::RepeatOne: return repeat_one(i, end, Op::RepeatGreedy);
      case Code::MinRepeatOne: return repeat_one(i, end, Op::RepeatLazy);
      case Code::PossessiveRepeatOne: return repeat_one(i, end, Op::RepeatPossessive);
      case Code::PossessiveRepeat: return possessive_repeat(i, end);
      case Code::AtomicGroup: return atomic_group(i, end);
      case Code::Assert:
      case Code::AssertNot: return assertion(i, end, op == Code::AssertNot);
      case Code::GroupRefExists: return group_exists(i, end);
      default:
        if (!single(i, end, instruction)) return false;
        instructions_.push_back(instruction);
        return true;
    }
  }

  bool group_reference(size_t& i, size_t end, Fold fold) {
    if (i + 1 >= end || code_[i + 1] >= groups_) return false;
    Instruction& instruction = emit(Op::GroupReference);
    instruction.a = code_[i + 1];
    instruction.fold = fold;
    has_reference_ = true;
    i += 2;
    return true;
  }

  // BRANCH <skip> alternative JUMP <skip> <skip> alternative ... <0>
  bool branch(size_t& i, size_t end) {
    size_t place = i + 1, common_end = 0;
    std::vector<uint32_t> jumps;
    for (;;) {
      if (place >= end) return false;
      if (code_[place] == 0) break;
      size_t next;
      if (!skip_target(place, end, next) || next - place < 3 || at(next - 2) != Code::Jump) return false;
      size_t after;
      if (!skip_target(next - 1, end, after)) return false;
      if (common_end == 0) common_end = after;
      if (after != common_end) return false;
      const bool is_last = next < end && code_[next] == 0;
      const uint32_t split = here();
      if (!is_last) emit(Op::Split);
      if (!sequence(place + 1, next - 2)) return false;
      jumps.push_back(here());
      emit(Op::Jump);
      if (!is_last) instructions_[split].target = here();
      place = next;
    }
    ++place;
    if (jumps.empty()) {
      emit(Op::Fail);
    } else if (common_end != place) {
      return false;
    }
    for (const uint32_t jump : jumps) instructions_[jump].target = here();
    i = place;
    return true;
  }

  bool limits(size_t place, uint32_t& min, uint32_t& max) const {
    min = code_[place];
    max = code_[place + 1];
    return min <= max;
  }

  // REPEAT <skip> <min> <max> body UNTIL
  bool repeat(size_t& i, size_t end) {
    size_t until;
    uint32_t min, max;
    if (!skip_target(i + 1, end, until) || until >= end || until < i + 4 || !limits(i + 2, min, max)) return false;
    if (at(until) != Code::MaxUntil && at(until) != Code::MinUntil) return false;
    const uint32_t loop = loops_++, start = here();
    emit(Op::LoopStart).a = loop;
    if (!sequence(i + 4, until)) return false;
    instructions_[start].target = here();
    Instruction& last = emit(at(until) == Code::MaxUntil ? Op::LoopGreedy : Op::LoopLazy);
    last.a = loop;
    last.target = start + 1;
    last.min = min;
    last.max = max;
    i = until + 1;
    return true;
  }

  // REPEAT_ONE <skip> <min> <max> item SUCCESS
  bool repeat_one(size_t& i, size_t end, Op op) {
    size_t after, item = i + 4;
    uint32_t min, max;
    if (!skip_target(i + 1, end, after) || after < i + 6 || !limits(i + 2, min, max)) return false;
    Instruction instruction{};
    instruction.op = op;
    if (!single(item, after, instruction)) return false;
    if (item + 1 != after || at(item) != Code::Success) return false;
    instruction.min = min;
    instruction.max = max;
    instructions_.push_back(instruction);
    i = after;
    return true;
  }

  // POSSESSIVE_REPEAT <skip> <min> <max> body SUCCESS
  bool possessive_repeat(size_t& i, size_t end) {
    size_t last;
    uint32_t min, max;
    if (!skip_target(i + 1, end, last) || last >= end || last < i + 4 || !limits(i + 2, min, max)) return false;
    if (at(last) != Code::Success) return false;
    const uint32_t loop = loops_, start = here();
    loops_ += 2;  // the second one keeps the barrier
    Instruction& first = emit(Op::LoopPossessive);
    first.a = loop;
    first.min = min;
    first.max = max;
    if (!sequence(i + 4, last)) return false;
    Instruction& back = emit(Op::LoopPossessiveEnd);
    back.a = loop;
    back.target = start;
    instructions_[start].target = here();
    i = last + 1;
    return true;
  }

  // ATOMIC_GROUP <skip> body SUCCESS
  bool atomic_group(size_t& i, size_t end) {
    size_t after;
    if (!skip_target(i + 1, end, after) || after < i + 3 || at(after - 1) != Code::Success) return false;
    const uint32_t barrier = loops_++;
    emit(Op::AtomicStart).a = barrier;
    if (!sequence(i + 2, after - 1)) return false;
    emit(Op::AtomicEnd).a = barrier;
    i = after;
    return true;
  }

  // ASSERT <skip> <back> body SUCCESS
  bool assertion(size_t& i, size_t end, bool is_negative) {
    size_t after;
    if (!skip_target(i + 1, end, after) || after < i + 4 || at(after - 1) != Code::Success) return false;
    if (code_[i + 2] & 0x80000000) return false;
    const uint32_t barrier = loops_++, start = here();
    Instruction& first = emit(is_negative ? Op::LookNotStart : Op::LookStart);
    first.a = barrier;
    first.min = code_[i + 2];
    if (!sequence(i + 3, after - 1)) return false;
    emit(is_negative ? Op::LookNotEnd : Op::LookEnd).a = barrier;
    instructions_[start].target = here();
    i = after;
    return true;
  }

  // GROUPREF_EXISTS <group> <skip> yes [JUMP <skip> no]
  bool group_exists(size_t& i, size_t end) {
    if (i + 2 >= end || code_[i + 1] >= groups_) return false;
    const size_t skip = code_[i + 2];
    if (skip < 2 || skip > end - (i + 1)) return false;
    const size_t yes_end = i + 1 + skip;
    const uint32_t start = here();
    has_reference_ = true;
    emit(Op::GroupExists).a = code_[i + 1];
    // A last word that looks like JUMP may be an operand: only reading from the start tells.
    size_t place = i + 3, after = yes_end;
    while (place < yes_end && !(at(place) == Code::Jump && place + 2 == yes_end)) {
      if (!element(place, yes_end)) return false;
    }
    if (place == yes_end) {
      instructions_[start].target = here();
    } else {
      if (!skip_target(yes_end - 1, end, after)) return false;
      const uint32_t jump = here();
      emit(Op::Jump);
      instructions_[start].target = here();
      if (!sequence(yes_end, after)) return false;
      instructions_[jump].target = here();
    }
    i = after;
    return true;
  }

  // ---- what searching and matching profit from ----

  // The number of the table that leads on with `first` from where it may start, or with `second`.
  uint32_t add_ways(const Starts& first, const Starts& second) {
    std::string table(kStartKinds, static_cast<char>(kNoWay));
    for (size_t kind = 0; kind < kStartKinds; ++kind) {
      table[kind] = static_cast<char>((first[kind] ? kFirstWay : kNoWay) | (second[kind] ? kSecondWay : kNoWay));
    }
    if (ways_.size() == kMaxWays && !ways_.contains(table)) return 0;
    return ways_.emplace(std::move(table), static_cast<uint32_t>(ways_.size())).first->second;
  }

  void open_ways(const std::vector<Starts>& starts) {
    const Starts all = Starts().set();
    add_ways(all, all);
    for (size_t i = 0; i < instructions_.size(); ++i) {
      Instruction& instruction = instructions_[i];
      switch (instruction.op) {
        case Op::Split: instruction.ways = add_ways(starts[i + 1], starts[instruction.target]); break;
        case Op::LoopGreedy:
        case Op::LoopLazy: instruction.ways = add_ways(starts[instruction.target], starts[i + 1]); break;
        case Op::RepeatGreedy:
          // A run that cannot give a character back usefully need not remember that it could.
          if ((starts_of_item(instruction, sets_) & starts[i + 1]).none()) {
            instruction.op = Op::RepeatPossessive;
            break;
          }
          [[fallthrough]];
        case Op::RepeatLazy: instruction.ways = add_ways(starts[i + 1], {}); break;
        default: break;
      }
    }
  }

  // Within [\w.]+@... a start inside a run fails wherever the start of the run did.
  bool can_skip_run() const {
    size_t i = 0;
    while (instructions_[i].op == Op::Mark) ++i;
    const Instruction& run = instructions_[i];
    return run.op == Op::RepeatPossessive && run.max == kMaxRepeat && run.min <= 1 && !has_reference_;
  }

  std::vector<uint8_t> all_ways() const {
    std::vector<uint8_t> tables(ways_.size() * kStartKinds);
    for (const auto& [table, number] : ways_) std::ranges::copy(table, &tables[number * size_t{kStartKinds}]);
    return tables;
  }
  static std::vector<uint8_t> flags_of(const Starts& starts) {
    std::vector<uint8_t> flags(kStartKinds);
    for (size_t kind = 0; kind < kStartKinds; ++kind) flags[kind] = starts[kind];
    return flags;
  }

  template <typename T>
  static T* copied(const std::vector<T>& items) {
    const size_t bytes = items.size() * sizeof(T);
    auto* block = static_cast<T*>(gc_allocate_leaf_buffer(bytes + 16));
    if (block && bytes) std::memcpy(block, items.data(), bytes);
    return block;
  }

  std::span<const uint32_t> code_;
  uint32_t groups_;
  uint32_t loops_ = 0;
  int nesting_ = 0;
  bool has_reference_ = false, is_literal_ = false;
  std::vector<Instruction> instructions_;
  std::vector<CharacterSet> sets_;
  std::vector<uint32_t> prefix_;
  std::map<std::string, uint32_t> ways_;  // tables and their numbers
};

Program* Translator::finish() {
  const std::vector<Starts> starts = find_starts(instructions_, sets_);
  open_ways(starts);
  auto* program = static_cast<Program*>(gc_allocate_scanned_buffer(sizeof(Program)));
  program->instructions = copied(instructions_);
  program->sets = copied(sets_);
  program->code = copied(std::vector<uint32_t>(code_.begin(), code_.end()));
  program->prefix = copied(prefix_);
  program->prefix_size = static_cast<uint32_t>(prefix_.size());
  program->mark_count = groups_ * 2;
  program->loop_count = loops_;
  program->is_literal = is_literal_;
  program->skips_run = can_skip_run();
  program->ways = copied(all_ways());
  if (!program->instructions || !program->sets || !program->code || !program->prefix || !program->ways) return nullptr;
  const Instruction& start = instructions_[0];
  if (start.op == Op::At) {
    const At kind = static_cast<At>(start.a);
    program->at_beginning = kind == At::Beginning || kind == At::BeginningString;
    program->at_line_start = kind == At::BeginningLine;
  }
  if (!starts[0].all()) program->first = copied(flags_of(starts[0]));
  return program;
}

}  // namespace

Program* translate(std::span<const uint32_t> code, uint32_t groups) {
  Translator translator(code, groups);
  return translator.run() ? translator.finish() : nullptr;
}

}  // namespace minipy::sre
