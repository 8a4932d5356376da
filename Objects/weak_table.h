// The table of weak references, swept at the end of each mark phase.
#pragma once
namespace minipy {
void sweep_weak_table();
}  // namespace minipy
