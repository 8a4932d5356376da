// Output is never lost: files that still hold some when the program ends are flushed then.
#include "Modules/io/io.h"
#include "Objects/module_kinds.h"
#include "Objects/weak_reference.h"

namespace minipy {
namespace {

GcVector& waiting() {
  static GcVector files;  // of weak references
  return files;
}
size_t next_cleaning = 64;

void forget_dead_files() {
  GcVector& files = waiting();
  size_t kept = 0;
  for (size_t i = 0; i < files.size(); ++i) {
    if (!files[i].as<WeakReference>()->is_dead()) files[kept++] = files[i];
  }
  files.resize(kept);
  next_cleaning = kept * 2 + 64;
}

}  // namespace

void flush_at_exit(Thread& thread, Value file) {
  if (waiting().size() >= next_cleaning) forget_dead_files();
  const Result<WeakReference*> reference = make_weak_reference(thread, file, None);
  if (reference.failed()) {
    thread.exception = Value();
    return;
  }
  waiting().push_back(reference.value());
}

// Text first: what it holds goes into the buffers.
void flush_unwritten_files(Thread& thread) {
  for (const bool texts : {true, false}) {
    for (size_t i = 0; i < waiting().size(); ++i) {
      const Value file = weak_target(*waiting()[i].as<WeakReference>());
      if (file.is_none() || has_kind(file, ModuleKind::TextIOWrapper) != texts) continue;
      const Result<bool> closed = is_closed(thread, file);
      if (!closed.failed() && !closed.value()) (void)call_method(thread, file, "flush");
      thread.exception = Value();
    }
  }
}

}  // namespace minipy
