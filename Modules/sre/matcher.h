// Running a program on text.
#pragma once

#include <cstddef>
#include <cstdint>

#include "Modules/sre/program.h"
#include "Objects/result.h"

namespace minipy {
struct Thread;
}

namespace minipy::sre {

// Places are counted in characters from the start of the text; -1 is none.
struct MatchState {
  const Program* program = nullptr;
  const void* text = nullptr;
  unsigned width = 1;        // bytes a character
  int64_t size = 0;          // of the whole text; `end` may lie before
  int64_t start = 0;         // where to begin; where the match begins, afterwards
  int64_t end = 0;
  bool must_advance = false; // an empty match at `start` does not count

  int64_t match_end = 0;
  int64_t* marks = nullptr;  // program->mark_count of them
  int64_t last_index = -1;   // the group that was closed last
};

enum class Mode : uint8_t { Search, Match, FullMatch };

// True if there is a match. Fails with KeyboardInterrupt (what a signal handler raises) or MemoryError.
Result<bool> run(Thread& thread, MatchState& state, Mode mode);

}  // namespace minipy::sre
