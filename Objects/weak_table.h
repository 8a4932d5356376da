// The table of weak references, swept at the end of each mark phase.
#pragma once

namespace minipy {

struct Object;
void clear_references_to(const Object* target);  // which is about to be finalised
void sweep_weak_table();     // the world is stopped: nothing is allocated or freed
void forget_dead_targets();  // once it goes on

}  // namespace minipy
