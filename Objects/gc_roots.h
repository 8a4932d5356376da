// What the collector wants to know from those above it.
#pragma once

namespace minipy {

struct Thread;

// Empties registers that hold what nobody will read any more; filled by the VM.
extern void (*forget_dead_registers_hook)(Thread& thread);

// Modules whose code is running. Little of what they make dies, so a collection is put off for a while.
extern unsigned imports_in_progress;

}  // namespace minipy
