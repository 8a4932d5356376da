// What the collector asks of those above it before it looks at the stacks.
#pragma once

namespace minipy {

struct Thread;

// Empties registers that hold what nobody will read any more; filled by the VM.
extern void (*forget_dead_registers_hook)(Thread& thread);

}  // namespace minipy
