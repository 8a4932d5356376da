// The form in which regular expressions are run: the words that the library's re/_compiler.py makes
// (checked on the way), translated to instructions with sets of characters as tables.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "Modules/sre/characters.h"

namespace minipy::sre {

inline constexpr uint32_t kMagic = 20220615;
inline constexpr uint32_t kMaxRepeat = 0xFFFFFFFF;
inline constexpr uint32_t kMaxGroups = 0xFFFFFFFF / 4;

// The operators of compiled patterns, in the order of re/_constants.py.
enum class Code : uint32_t {
  Failure, Success, Any, AnyAll, Assert, AssertNot, At, Branch, Category, Charset, BigCharset, GroupRef,
  GroupRefExists, In, Info, Jump, Literal, Mark, MaxUntil, MinUntil, NotLiteral, Negate, Range, Repeat, RepeatOne,
  Subpattern, MinRepeatOne, AtomicGroup, PossessiveRepeat, PossessiveRepeatOne, GroupRefIgnore, InIgnore,
  LiteralIgnore, NotLiteralIgnore, GroupRefLocIgnore, InLocIgnore, LiteralLocIgnore, NotLiteralLocIgnore,
  GroupRefUniIgnore, InUniIgnore, LiteralUniIgnore, NotLiteralUniIgnore, RangeUniIgnore,
};
enum class At : uint32_t {
  Beginning, BeginningLine, BeginningString, Boundary, NonBoundary, End, EndLine, EndString, LocBoundary,
  LocNonBoundary, UniBoundary, UniNonBoundary, kCount
};
enum InfoFlags : uint32_t { kInfoPrefix = 1, kInfoLiteral = 2, kInfoCharset = 4 };

enum class Op : uint8_t {
  Success,        // of the whole pattern
  Fail,
  Single,         // one character that fits `item`
  At,             // a: the kind
  Mark,           // a: the mark
  Split,          // try what follows, then `target`
  Jump,           // to `target`
  GroupReference, // a: the group; fold
  GroupExists,    // a: the group; to `target` if it is not set
  LoopStart,      // a: the loop; to its end at `target`, where the count is looked at
  LoopGreedy,     // a: the loop; min, max; its body starts at `target`
  LoopLazy,
  LoopPossessive, // at the start; every round is atomic, the tail is at `target`
  LoopPossessiveEnd,
  RepeatGreedy,   // item, min, max
  RepeatLazy,
  RepeatPossessive,
  LookStart,      // a: the barrier; b: how far back
  LookEnd,
  LookNotStart,   // the tail is at `target`
  LookNotEnd,
  AtomicStart,    // a: the barrier
  AtomicEnd,
};

// What a match can stand before: one of 256 characters, another one, or the end of the text.
inline constexpr uint32_t kWideStart = 256, kEndStart = 257, kStartKinds = 258;
// Which ways of an instruction can lead on from such a place.
enum Ways : uint8_t { kNoWay, kFirstWay = 1, kSecondWay = 2, kBothWays = 3 };

// What one character is compared with.
enum class Item : uint8_t { Literal, NotLiteral, Any, AnyAll, Set };

struct Instruction {
  Op op;
  Item item = Item::AnyAll;
  Fold fold = Fold::None;
  uint32_t a = 0;       // a literal, a set's number, a mark, ...
  uint32_t target = 0;  // an instruction
  uint32_t min = 0, max = 0;
  // The number of a table of `Ways`. Split: what follows it, its target; loops: the body, what follows;
  // repeats: what follows.
  uint32_t ways = 0;
};

// Lives in collected memory; the arrays are blocks of their own.
struct Program {
  Instruction* instructions;
  CharacterSet* sets;
  uint32_t* code;          // the words, for sets whose larger characters are looked up there
  uint8_t* ways;           // tables of kStartKinds; in the first one all ways are open
  uint8_t* first;          // what a match may start with, a table of kStartKinds flags; or null
  uint32_t* prefix;        // literal characters that every match starts with
  uint32_t prefix_size;
  uint32_t mark_count, loop_count;
  bool is_literal;         // the prefix is the whole pattern
  bool at_beginning;       // can only match at the start of the text
  bool at_line_start;      // ... or of a line
  bool skips_run;          // starts with a run that a failure lets us skip as a whole
};

// nullptr if the words are no valid pattern; MemoryError is not told apart.
Program* translate(std::span<const uint32_t> code, uint32_t groups);

}  // namespace minipy::sre
