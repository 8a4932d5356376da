#include "Objects/gc.h"
#include "Objects/gc_large.h"

#define GC_THREADS
#include <gc/gc.h>
#include <gc/gc_mark.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "Objects/finalizers.h"
#include "Objects/first_memory.h"
#include "Objects/gc_roots.h"
#include "Objects/gc_statistics.h"
#include "Objects/list.h"
#include "Objects/make_class.h"
#include "Objects/memory_reserve.h"
#include "Objects/module_kinds.h"
#include "Objects/page_vector.h"
#include "Objects/raise.h"
#include "Objects/shape.h"
#include "Objects/static_objects.h"
#include "Objects/thread.h"
#include "Objects/type.h"
#include "Objects/weak_table.h"

// Exported by libgc, but declared only in its private headers.
extern "C" void GC_generic_malloc_many(size_t bytes, int kind, void** result);
enum { GC_I_PTRFREE = 0, GC_I_NORMAL = 1 };

// libgc keeps free blocks in lists by size, and looks into all sixty of them for each block that it cuts off the last one,
// the usual place. Here lists that are empty are passed over. What libgc finds by other rules is left to it: the lists of
// exact sizes come first, and a block that is too large may be cut.
extern "C" {
constexpr int kLastFreeList = 60;
constexpr size_t kBlock = 4096;
extern void* GC_hblkfreelist[kLastFreeList + 1];
void* GC_allochblk_nth(size_t bytes, int kind, unsigned flags, int list, int may_split);
void* GC_allochblk(size_t bytes, int kind, unsigned flags);

// The next block is most likely the one behind, and memory that was used a collection ago has left the cache.
static void prefetch_block(const char* block) {
  for (size_t line = 0; line < kBlock; line += 64) __builtin_prefetch(block + line, 1, 2);
}

void* GC_allochblk(size_t bytes, int kind, unsigned flags) {
  constexpr size_t kExactLists = 32, kSteps = 8;
  const size_t blocks = (bytes + kBlock - 1) / kBlock;
  if (blocks == 0 || bytes >= SIZE_MAX - kBlock) return nullptr;
  const size_t first = std::min<size_t>(blocks <= kExactLists ? blocks : (blocks - kExactLists) / kSteps + kExactLists, kLastFreeList);
  for (size_t list = first; list <= kLastFreeList; ++list) {
    if (!GC_hblkfreelist[list]) continue;
    const bool is_exact = list == first && first < kExactLists;
    if (void* block = GC_allochblk_nth(bytes, kind, flags, static_cast<int>(list), !is_exact)) {
      if (blocks == 1) prefetch_block(static_cast<char*>(block) + kBlock);
      return block;
    }
  }
  return nullptr;
}
}
// The linker's marks: data that is not zero at the start, and data that is.
extern "C" char __data_start[], __bss_start[], _end[];
// Of the main thread; the C library's.
extern "C" void* __libc_stack_end;

namespace minipy {
namespace {

constexpr size_t kGranule = 16;
constexpr size_t kMegabyte = 1024 * 1024;
// What lives and what is allocated until the next collection, together: at first, and once collections are noticed.
constexpr size_t kFirstRoom = 8 * kMegabyte;
constexpr size_t kLargerRoom = 18 * kMegabyte;
// What the collector must have cost before memory is bought that makes it run less often: more than what fresh pages
// cost. Most programs end before and do with less memory.
constexpr uint64_t kPriceOfRoom = 20'000'000;  // nanoseconds
// The same for as much again as lives, within limits.
constexpr uint64_t kPriceOfDouble = 100'000'000;
constexpr size_t kMostDoubled = 32 * kMegabyte;
constexpr size_t kGrowth = 2 * kMegabyte;  // by multiples of a huge page
constexpr size_t kLeastBudget = 3 * kMegabyte;
constexpr size_t kLeastExtra = 6 * kMegabyte;
constexpr size_t kMostExtra = 24 * kMegabyte;

int object_kind;
size_t stress_interval;  // MINIPY_GC_EVERY
size_t stress_countdown;
GC_push_other_roots_proc previous_push_other_roots;

// Cells that libgc has handed over in one go, by size. They are not marked while they wait here, so
// every list is dropped when a collection starts. The GIL guards them.
struct FreeLists {
  void* first[kLargestCell / kGranule + 1];
};
FreeLists object_cells, leaf_cells, buffer_cells;

// Blocks of some kilobytes that were given back a moment ago: containers that grow need the like of them soon, and libgc
// takes its time over blocks. They too are dropped when a collection starts.
class KeptBlocks {
 public:
  // False: too small or too large.
  bool keep(void* start, size_t bytes, int kind) {
    if (bytes <= kLargestCell || bytes > kLargest || (kind != GC_I_PTRFREE && kind != GC_I_NORMAL)) return false;
    Block& place = blocks_[next_++ % kCount];
    if (place.start) GC_free(place.start);
    place = {start, bytes, kind};
    return true;
  }
  // Null if there is none that fits without wasting half of it.
  void* take(size_t bytes, int kind) {
    if (bytes > kLargest) return nullptr;
    for (Block& block : blocks_) {
      if (!block.start || block.kind != kind || block.bytes < bytes || block.bytes > bytes * 2) continue;
      if (kind == GC_I_NORMAL) std::memset(block.start, 0, block.bytes);
      return std::exchange(block.start, nullptr);
    }
    return nullptr;
  }

 private:
  static constexpr size_t kCount = 8, kLargest = 64 * 1024;
  struct Block {
    void* start;
    size_t bytes;
    int kind;
  };
  Block blocks_[kCount];
  unsigned next_;
};
KeptBlocks kept_blocks;

// An entry of libgc's mark stack, as its private headers have it: words that it will look through.
struct MarkEntry {
  void* start;
  GC_word bytes;
};

// Classes that this collection has marked by way of their instances: a few are met again and again.
constexpr size_t kRecentClasses = 64;
Type* recent_classes[kRecentClasses];

GC_ms_entry* mark_class(Type* type, GC_word* source, GC_ms_entry* top, GC_ms_entry* limit) {
  Type*& recent = recent_classes[reinterpret_cast<uintptr_t>(type) / kGranule % kRecentClasses];
  if (recent == type) return top;
  recent = type;
  return GC_MARK_AND_PUSH(type, top, limit, reinterpret_cast<void**>(source));
}

bool may_be_heap_pointer(GC_word word) {
  return word >= reinterpret_cast<GC_word>(GC_least_plausible_heap_addr) &&
         word <= reinterpret_cast<GC_word>(GC_greatest_plausible_heap_addr);
}

// The words are left to libgc's own loop, which is faster than one call for each of them.
GC_ms_entry* push_words(GC_word* address, size_t words, GC_ms_entry* top, GC_ms_entry* limit) {
  while (words && !may_be_heap_pointer(address[words - 1])) --words;
  if (words == 0) return top;
  MarkEntry* next = reinterpret_cast<MarkEntry*>(top) + 1;
  if (reinterpret_cast<GC_ms_entry*>(next) < limit) {
    *next = {address, words * sizeof(GC_word)};
    return reinterpret_cast<GC_ms_entry*>(next);
  }
  for (size_t i = 0; i < words; ++i) {
    void* word = reinterpret_cast<void*>(address[i]);
    top = GC_MARK_AND_PUSH(word, top, limit, reinterpret_cast<void**>(address + i));
  }
  return top;
}

// The slots of a type, most of its words, are C++ functions.
constexpr size_t kTypeSlots = __builtin_offsetof(Type, slots) / sizeof(GC_word), kTypeWords = sizeof(Type) / sizeof(GC_word);

// Marks what the words after an object's header point to, and its class.
GC_ms_entry* mark_object(GC_word* address, GC_ms_entry* top, GC_ms_entry* limit, GC_word) {
  const Object* object = reinterpret_cast<const Object*>(address);
  if (!(object->shape & 1)) return top;  // a free cell: the first word is a link
  size_t words = object->slots;
  if (words == Object::kScanAll) words = GC_size(address) / sizeof(GC_word) - 1;
  const ShapeId first_dynamic = shape_of_kind(static_cast<Kind>(kKindCount));
  if (object->shape >= first_dynamic) top = mark_class(shape_entry(object->shape).type, address, top, limit);
  if (object->kind == Kind::Type && words >= kTypeWords) {
    top = push_words(address + kTypeWords, words + 1 - kTypeWords, top, limit);
    words = kTypeSlots - 1;
  }
  return push_words(address + 1, words, top, limit);
}

// The types of C++, up to their slots, which are C++ functions.
void push_builtin_types() {
  for (Type* type = builtin_types; type < builtin_types + kKindCount; ++type) GC_push_all(&type->name, &type->slots);
}

void push_roots() {
  push_builtin_types();
  for (Thread* thread = first_thread; thread; thread = thread->next) {
    if (forget_dead_registers_hook) forget_dead_registers_hook(*thread);
    if (thread->stack_base < thread->stack_top) GC_push_all(thread->stack_base, thread->stack_top);
  }
  push_finalizer_roots(GC_push_all);
  if (previous_push_other_roots) previous_push_other_roots();
}

// How much may be allocated until the next collection. A program with little live data gets the rest of the room; with
// more, half of what lives, or all of it in a program that has run for a while, so that marking costs a bounded share of
// the time. Where the collector takes much of the time all the same, it may have some memory more.
struct Budget {
  size_t room = kFirstRoom;
  size_t extra = 0;
  bool may_double = false;

  void note_share(unsigned percent) {
    if (percent >= 4 && collector_work() >= kPriceOfRoom) room = kLargerRoom;
    if (percent >= 8 && collector_work() >= kPriceOfDouble) may_double = true;
    if (percent >= 75) extra = std::min(std::max(extra * 2, kLeastExtra), kMostExtra);
    if (percent < 30) extra /= 2;
  }
  size_t for_live(size_t live) const {
    const size_t rest_of_room = room - std::min(live, room);
    const size_t share_of_live = may_double ? std::max(live / 2, std::min(live, kMostDoubled)) : live / 2;
    return std::max({kLeastBudget, rest_of_room, share_of_live, extra});
  }
};
Budget budget;

unsigned imports_in_progress;

// libgc itself collects only when the heap is full.
struct Allowance {
  size_t bytes = kFirstRoom;
  size_t given_back = 0;  // since the last collection
  size_t imported = 0;    // the same, by imports that are over
  size_t before_import = 0;

  bool is_spent() const {
    const size_t allocated = GC_get_bytes_since_gc();
    if (allocated < bytes) return false;
    const size_t enough = std::min(bytes + made_by_imports(allocated), std::max(bytes, kLargerRoom));
    return allocated - std::min(allocated, given_back) >= enough;
  }

  // Little of what modules make while they are imported dies: functions, classes.
  size_t made_by_imports(size_t allocated) const {
    return imported + (imports_in_progress ? allocated - std::min(allocated, before_import) : 0);
  }
};
Allowance allowance;

// So that what may be allocated now fits in, though not every gap does. libgc itself grows by small steps.
size_t heap_to_add;  // while the world stands still nothing can be allocated

// `heap` counts what libgc has given back to the system for a while: it takes that again first.
void plan_growth(size_t used, size_t heap) {
  const size_t wanted = used + allowance.bytes;
  heap_to_add = wanted <= heap ? 0 : (wanted - heap + kGrowth - 1) / kGrowth * kGrowth;
}

void set_budget() {
  GC_prof_stats_s stats;
  GC_get_prof_stats_unsafe(&stats, sizeof stats);
  const size_t used = stats.heapsize_full - stats.free_bytes_full;
  allowance = {budget.for_live(used - std::min(used, memory_reserve_in_heap()))};
  GC_set_min_bytes_allocd(std::max(allowance.bytes, kLargerRoom));  // if the heap is full before, it grows
  plan_growth(used, stats.heapsize_full);
}

// Under MINIPY_GC_EVERY: a variable that is not zero at the start is no root (docs/memory.md), so it must not be the
// last to know an object.
void check_initialized_data() {
  for (void** word = reinterpret_cast<void**>(__data_start); word < reinterpret_cast<void**>(__bss_start); ++word) {
    const auto address = reinterpret_cast<uintptr_t>(*word);
    if (address % kGranule != 0 || !may_be_heap_pointer(address) || GC_base(*word) != *word) continue;
    if (!GC_is_marked(*word)) die("a variable outside the roots refers to an object", __FILE__, __LINE__);
  }
}

void on_event(GC_EventType event) {
  if (event == GC_EVENT_START) {
    note_collection(GcPhase::Start);
    object_cells = {};
    leaf_cells = {};
    buffer_cells = {};
    kept_blocks = {};
    std::fill_n(recent_classes, kRecentClasses, nullptr);
  } else if (event == GC_EVENT_MARK_END) {
    // The world is still stopped, perhaps with a thread inside malloc: only tables outside the heap
    // and outside malloc's may change.
    sweep_finalizable();
    sweep_weak_table();
    sweep_shapes();
    if (stress_interval) check_initialized_data();
  } else if (event == GC_EVENT_END) {
    forget_dead_targets();
    note_collection(GcPhase::End);
    budget.note_share(collector_percentage());
    set_budget();
  }
}

void* out_of_memory(size_t bytes, int kind) {
  GC_gcollect();
  void* cell = GC_generic_malloc(bytes, kind);
  while (!cell) {
    spend_memory_reserve();
    cell = GC_generic_malloc(bytes, kind);
  }
  return cell;
}

void* allocate_many(FreeLists& lists, size_t bytes, int kind) {
  if (stress_interval) {  // else each allocation would leave the rest of a block to the next collection
    void* const cell = GC_generic_malloc(bytes, kind);
    return cell ? cell : out_of_memory(bytes, kind);
  }
  void* list = nullptr;
  GC_generic_malloc_many(bytes, kind, &list);
  if (!list) return out_of_memory(bytes, kind);
  lists.first[bytes / kGranule] = GC_NEXT(list);
  GC_NEXT(list) = nullptr;
  return list;
}

[[gnu::noinline]] void* allocate_slowly(FreeLists& lists, size_t bytes, int kind) {
  if (stress_interval && --stress_countdown == 0) {
    stress_countdown = stress_interval;
    GC_gcollect();
  }
  if (allowance.is_spent()) GC_gcollect();
  if (heap_to_add) GC_expand_hp(std::exchange(heap_to_add, 0));
  if (memory_reserve_is_spent) refill_memory_reserve_after_crisis();
  if (bytes <= kLargestCell) return allocate_many(lists, bytes, kind);
  if (void* kept = kept_blocks.take(bytes, kind)) return kept;
  void* cell = GC_generic_malloc(bytes, kind);
  return cell || bytes > kLargeAllocation ? cell : out_of_memory(bytes, kind);
}

inline void* allocate_cell(FreeLists& lists, size_t bytes, int kind) {
  bytes = (bytes + kGranule - 1) & ~(kGranule - 1);
  if (bytes <= kLargestCell) {
    void*& first = lists.first[bytes / kGranule];
    if (void* cell = first) [[likely]] {
      first = GC_NEXT(cell);
      GC_NEXT(cell) = nullptr;
      return cell;
    }
  }
  return allocate_slowly(lists, bytes, kind);
}

// Blocks that gc_keep_alive() has marked and not looked through yet.
PageVector<void*> unscanned;

void mark_block(void* block) {
  if (!block || GC_base(block) != block || GC_is_marked(block)) return;
  GC_set_mark_bit(block);
  unscanned.push_back(block);
}

void mark_contents(void* block) {
  size_t bytes = 0;
  const int kind = GC_get_kind_and_size(block, &bytes);
  if (kind == GC_I_PTRFREE) return;
  size_t words = bytes / sizeof(GC_word) - 1;
  if (kind == object_kind) {
    const Object* object = static_cast<const Object*>(block);
    if (!(object->shape & 1)) return;  // a free cell
    if (object->slots != Object::kScanAll) words = object->slots;
    mark_block(shape_entry(object->shape).type);
  } else {
    mark_block(*static_cast<void**>(block));
  }
  for (size_t i = 1; i <= words; ++i) mark_block(static_cast<void**>(block)[i]);
}

}  // namespace

void gc_keep_alive(Object* object) {
  mark_block(object);
  while (!unscanned.is_empty()) mark_contents(unscanned.take_last());
}

void (*forget_dead_registers_hook)(Thread& thread);

void gc_begin_import() {
  if (imports_in_progress++ == 0) allowance.before_import = GC_get_bytes_since_gc();
}
void gc_end_import() {
  if (imports_in_progress == 1) allowance.imported = allowance.made_by_imports(GC_get_bytes_since_gc());
  --imports_in_progress;
}

void gc_initialize() {
  GC_set_all_interior_pointers(0);
  GC_set_no_dls(1);
  GC_set_handle_fork(1);
  GC_set_finalize_on_demand(1);
  GC_set_warn_proc(GC_ignore_warn_proc);
  GC_set_dont_precollect(1);
  GC_set_markers_count(1);  // parallel marking does not pay on small heaps
  // Else libgc looks it up in /proc/self/maps; what is to replace the variable works after GC_INIT only.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  GC_stackbottom = static_cast<char*>(__libc_stack_end);
#pragma GCC diagnostic pop
  GC_INIT();
  // Without the search of libraries libgc does not find our own globals either. Those that are not zero at the start are
  // tables, most of them of methods: they would be a third of what each collection has to look through.
  GC_add_roots(__bss_start, _end);
  GC_exclude_static_roots(builtin_types, builtin_types + kKindCount);
  make_lookup_cache();
  GC_allow_register_threads();
  GC_set_free_space_divisor(16);  // small steps; set_budget() says when to collect
  GC_expand_hp(kReservedHeap);  // else the reserve would take the place of what is used
  keep_what_is_freed();
  fill_memory_reserve();
  give_first_memory_to_collector();
  GC_expand_hp(kFirstMemory - kFirstTables);
  GC_set_min_bytes_allocd(kLargerRoom);

  const unsigned mark = GC_new_proc(mark_object);
  static void** const own_free_list = GC_new_free_list();
  object_kind = static_cast<int>(GC_new_kind(own_free_list, GC_MAKE_PROC(mark, 0), 0, 1));
  previous_push_other_roots = GC_get_push_other_roots();
  GC_set_push_other_roots(push_roots);
  GC_set_on_collection_event(on_event);

  if (const char* every = std::getenv("MINIPY_GC_EVERY")) {
    stress_interval = stress_countdown = std::strtoul(every, nullptr, 10);
  }
  allowance.bytes = kFirstRoom + GC_get_bytes_since_gc();
}

void* gc_allocate_object(size_t bytes) {
  return allocate_cell(object_cells, bytes, object_kind);
}
void** gc_free_objects(size_t bytes) { return &object_cells.first[(bytes + kGranule - 1) / kGranule]; }
void** gc_free_leaves(size_t bytes) { return &leaf_cells.first[(bytes + kGranule - 1) / kGranule]; }
void* gc_allocate_leaf(size_t bytes) {
  return allocate_cell(leaf_cells, bytes, GC_I_PTRFREE);
}
void* gc_allocate_finalizable(size_t bytes) {
  void* cell = gc_allocate_object(bytes);
  if (cell) register_finalizable(static_cast<Object*>(cell));
  return cell;
}

void* gc_allocate_scanned_buffer(size_t bytes) {
  if (bytes >= PTRDIFF_MAX / 2) return nullptr;
  return allocate_cell(buffer_cells, bytes ? bytes : 1, GC_I_NORMAL);
}

void* gc_allocate_leaf_buffer(size_t bytes) {
  if (bytes >= PTRDIFF_MAX / 2) return nullptr;
  return allocate_cell(leaf_cells, bytes, GC_I_PTRFREE);
}

void gc_free_buffer(void* buffer) {
  if (!buffer) return;
  size_t bytes = 0;
  const int kind = GC_get_kind_and_size(buffer, &bytes);
  if (!stress_interval && kept_blocks.keep(buffer, bytes, kind)) return;
  allowance.given_back += bytes;
  GC_free(buffer);
}

namespace {

void recycle(void* cell, size_t bytes, FreeLists& lists, bool is_leaf) {
  if (stress_interval) return;
  if (!is_leaf) std::memset(cell, 0, bytes);
  void*& first = lists.first[(bytes + kGranule - 1) / kGranule];
  GC_NEXT(cell) = first;
  first = cell;
}

}  // namespace

void gc_recycle_cell(void* cell) {
  size_t bytes = 0;
  const int kind = GC_get_kind_and_size(cell, &bytes);
  if (kind == GC_I_PTRFREE) recycle(cell, bytes, leaf_cells, true);
  if (kind == GC_I_NORMAL) recycle(cell, bytes, buffer_cells, false);
}

void gc_recycle_object(Object* object, size_t bytes, bool is_leaf) {
  recycle(object, bytes, is_leaf ? leaf_cells : object_cells, is_leaf);
}

void gc_recycle_buffer(ValueBuffer* buffer) {
  const size_t bytes = sizeof(ValueBuffer) + buffer->capacity() * sizeof(Value);
  if (buffer == empty_value_buffer()) return;
  if (bytes > kLargestCell) return gc_free_buffer(buffer);
  recycle(buffer, bytes, buffer->is_scanned() ? buffer_cells : leaf_cells, !buffer->is_scanned());
}

void include_in_roots(void* start, void* end) { GC_add_roots(start, end); }
void exclude_from_roots(void* start, void* end) { GC_exclude_static_roots(start, end); }

// It must not look like references to the collector's own frames.
[[gnu::noinline]] void gc_scrub_stack() {
  char dead[16 * 1024];
  std::memset(dead, 0, sizeof(dead));
  asm volatile("" : : "r"(dead) : "memory");
}

size_t gc_collect(Thread& thread) {
  gc_scrub_stack();
  GC_gcollect();
  const size_t count = pending_finalizer_count();
  run_pending_finalizers(thread);
  if (memory_reserve_is_spent) fill_memory_reserve();
  return count;
}

ValueBuffer* make_value_buffer(size_t capacity, bool scanned) {
  if (capacity > PTRDIFF_MAX / 16) return nullptr;
  const size_t bytes = sizeof(ValueBuffer) + capacity * sizeof(Value);
  auto buffer = static_cast<ValueBuffer*>(scanned ? gc_allocate_scanned_buffer(bytes)
                                                  : gc_allocate_leaf_buffer(bytes));
  if (buffer) buffer->capacity_and_scanned = capacity * 2 + scanned;
  return buffer;
}

ValueBuffer* resized(ValueBuffer* buffer, size_t count, size_t capacity, bool scanned) {
  ValueBuffer* copy = make_value_buffer(capacity, scanned);
  if (copy) std::memcpy(copy->items, buffer->items, count * sizeof(Value));
  return copy;
}

void GcVector::push_back(Value value) {
  const bool needs_scan = value.is_object();
  if (!buffer_ || size_ == buffer_->capacity() || (needs_scan && !buffer_->is_scanned())) {
    const size_t capacity = !buffer_                       ? 8
                            : size_ == buffer_->capacity() ? size_ * 2
                                                           : buffer_->capacity();
    const bool scanned = needs_scan || (buffer_ && buffer_->is_scanned());
    ValueBuffer* larger =
        buffer_ ? resized(buffer_, size_, capacity, scanned) : make_value_buffer(capacity, scanned);
    if (!larger) {
      std::fputs("Fatal Python error: out of memory\n", stderr);
      std::_Exit(1);
    }
    buffer_ = larger;
  }
  buffer_->items[size_++] = value;
}

void GcVector::resize(size_t size) {
  ValueBuffer* larger = make_value_buffer(size < 8 ? 8 : size, true);
  if (!larger) {
    std::fputs("Fatal Python error: out of memory\n", stderr);
    std::_Exit(1);
  }
  if (buffer_)
    std::memcpy(larger->items, buffer_->items, (size < size_ ? size : size_) * sizeof(Value));
  buffer_ = larger;
  size_ = size;
}

}  // namespace minipy
