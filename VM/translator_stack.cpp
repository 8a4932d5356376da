// The translator's abstract stack: where values are, and moving them home.
#include "VM/frame.h"
#include "VM/translator.h"

namespace minipy {

uint32_t Translator::use_register(uint32_t number) {
  if (number + 1 > register_count_) register_count_ = number + 1;
  if (number >= kNoRegister - 16) fail("code needs too many registers");
  return number;
}

uint32_t Translator::next_home(EntryKind kind) const {
  const uint32_t next = stack_.empty() ? local_count_ : stack_.back().home + 1;
  // A frame record must fit below the callable.
  return kind == EntryKind::Plain ? next : next + static_cast<uint32_t>(kCallGap);
}

void Translator::push(EntryKind kind, Where where, uint32_t at) {
  const uint32_t home = use_register(next_home(kind));
  stack_.push_back({kind, where, at, home});
}

Translator::Entry Translator::pop() {
  if (stack_.empty()) {
    fail("stack underflow");
    return {EntryKind::Plain, Where::Register, 0, 0};
  }
  const Entry entry = stack_.back();
  stack_.pop_back();
  return entry;
}

Translator::Entry& Translator::peek(uint32_t depth) {
  if (depth == 0 || depth > stack_.size()) {
    fail("stack underflow");
    static Entry none;
    none = {EntryKind::Plain, Where::Register, 0, 0};
    return none;
  }
  return stack_[stack_.size() - depth];
}

bool Translator::is_used(uint32_t at, const Entry* except) const {
  for (const Entry& entry : stack_) {
    if (&entry != except && entry.where == Where::Register && entry.at == at) return true;
  }
  return false;
}

uint32_t Translator::fresh_register() {
  uint32_t fresh = next_home(EntryKind::Plain);
  for (const Entry& entry : stack_) {
    if (entry.where == Where::Register && entry.at >= fresh) fresh = entry.at + 1;
  }
  return use_register(fresh);
}

// The register of the entry `depth` deep. A constant is loaded while the entry is still on the stack, so
// that its register cannot be one that another operand is in.
uint32_t Translator::operand(uint32_t depth) {
  Entry& entry = peek(depth);
  if (entry.where == Where::Nowhere || entry.kind == EntryKind::Null) {
    fail("an empty slot used as a value");
    return 0;
  }
  if (entry.where == Where::Register) return entry.at;
  const uint32_t target = is_used(entry.home) ? fresh_register() : entry.home;
  load_into(target, entry);
  entry.where = Where::Register;
  entry.at = target;
  return target;
}

void Translator::load_into(uint32_t target, const Entry& entry) {
  if (entry.where == Where::Constant) {
    emit_wide(Op::LOAD_CONST, target, entry.at);
  } else if (entry.where == Where::Register && entry.at != target) {
    emit(Op::MOVE, target, entry.at);
  }
}

// A parallel move. A target that still holds another entry waits for that one; a cycle is broken
// through a fresh register.
void Translator::move_to(std::vector<Entry*> entries, const std::vector<uint32_t>& targets) {
  uint32_t spare = fresh_register();
  for (const uint32_t target : targets) spare = spare > target ? spare : target + 1;
  for (const uint32_t target : targets) use_register(target);
  for (;;) {
    bool is_done = true, has_moved = false;
    Entry* blocker = nullptr;
    for (size_t i = 0; i < entries.size(); ++i) {
      Entry& entry = *entries[i];
      if (entry.where == Where::Nowhere || (entry.where == Where::Register && entry.at == targets[i])) continue;
      is_done = false;
      Entry* in_the_way = nullptr;
      for (Entry& other : stack_) {
        if (&other != &entry && other.where == Where::Register && other.at == targets[i]) in_the_way = &other;
      }
      if (in_the_way) {
        blocker = in_the_way;
        continue;
      }
      load_into(targets[i], entry);
      entry.where = Where::Register;
      entry.at = targets[i];
      has_moved = true;
    }
    if (is_done) return;
    if (!has_moved) {
      const uint32_t old = blocker->at;
      emit(Op::MOVE, use_register(spare), old);
      for (Entry& other : stack_) {
        if (other.where == Where::Register && other.at == old) other.at = spare;
      }
      ++spare;
    }
  }
}

// Entries [first, size - except) go home. Mostly nothing is in the way.
void Translator::move_home(size_t first, size_t except) {
  std::vector<Entry*> entries;
  std::vector<uint32_t> targets;
  for (size_t i = first; i + except < stack_.size(); ++i) {
    Entry& entry = stack_[i];
    if (entry.where == Where::Nowhere || (entry.where == Where::Register && entry.at == entry.home)) continue;
    if (!is_used(entry.home, &entry)) {
      load_into(entry.home, entry);
      entry.where = Where::Register;
      entry.at = entry.home;
      continue;
    }
    entries.push_back(&entry);
    targets.push_back(entry.home);
  }
  if (!entries.empty()) move_to(std::move(entries), targets);
}

uint32_t Translator::items_home(uint32_t count) {
  if (count > stack_.size()) {
    fail("stack underflow");
    return 0;
  }
  for (size_t i = stack_.size() - count; i < stack_.size(); ++i) {
    if (stack_[i].kind != EntryKind::Plain) fail("an empty slot used as a value");
  }
  move_home(stack_.size() - count, 0);
  return count ? stack_[stack_.size() - count].home : next_home(EntryKind::Plain);
}

void Translator::keep_below(uint32_t limit) {
  for (Entry& entry : stack_) {
    if (entry.where == Where::Register && entry.at >= limit && entry.home < limit && !is_used(entry.home)) {
      load_into(entry.home, entry);
      entry.at = entry.home;
    }
  }
  // What could not go home because the home is taken by another displaced entry: all of them.
  for (const Entry& entry : stack_) {
    if (entry.where == Where::Register && entry.at >= limit && entry.home < limit) {
      all_home();
      return;
    }
  }
}

std::vector<Translator::EntryKind> Translator::kinds_of(size_t count) const {
  std::vector<EntryKind> kinds;
  for (size_t i = 0; i < count; ++i) kinds.push_back(stack_[i].kind);
  return kinds;
}

}  // namespace minipy
