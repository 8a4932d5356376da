// What the rest of a program can begin with, for each of its instructions: most of the choices that a
// match would have to try one after the other are decided by one look at the next character.
#pragma once

#include <bitset>
#include <vector>

#include "Modules/sre/program.h"

namespace minipy::sre {

// A bit for each place that a match can find itself at: before a Latin-1 character, before any other
// one (kWideStart), at the end of the text (kEndStart). A set bit may be wrong, a clear one is not.
using Starts = std::bitset<kStartKinds>;

// What `single`, an instruction with an item, fits.
Starts starts_of_item(const Instruction& single, const std::vector<CharacterSet>& sets);

// For each instruction the places from which on the program may succeed, running it first.
std::vector<Starts> find_starts(const std::vector<Instruction>& instructions, const std::vector<CharacterSet>& sets);

}  // namespace minipy::sre
