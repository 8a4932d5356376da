#include "Compiler/constant_pool.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace minipy {
namespace {

using ast::ConstantKind;

uint32_t mix(uint32_t hash, uint64_t word) {
  const uint64_t product = (hash ^ word) * 0x9e3779b97f4a7c15u;
  return static_cast<uint32_t>(product >> 32) ^ static_cast<uint32_t>(product);
}

uint32_t mix(uint32_t hash, ast::Text text) {
  hash = mix(hash, text.size());
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    hash = mix(hash, word);
  }
  uint64_t rest = 0;
  if (i < text.size()) std::memcpy(&rest, text.data() + i, text.size() - i);
  return mix(hash, rest);
}

// Order means nothing in a frozenset, so its hash must not depend on it.
uint32_t hash_items(ConstantKind kind, ast::Sequence<const PooledConstant*> items) {
  uint32_t hash = static_cast<uint32_t>(items.size());
  for (const PooledConstant* item : items) {
    hash = kind == ConstantKind::FrozenSet ? hash + mix(17, item->index) : mix(hash, item->index);
  }
  return hash;
}

uint32_t hash_constant(const PooledConstant& constant) {
  if (constant.code) {
    const CodeUnit& code = *constant.code;
    return mix(mix(static_cast<uint32_t>(code.first_line), code.name), code.code);
  }
  const ast::ConstantValue& value = constant.value;
  const uint32_t seed = static_cast<uint32_t>(value.kind) * 0x9e3779b1u;
  switch (value.kind) {
    case ConstantKind::None:
    case ConstantKind::True:
    case ConstantKind::False:
    case ConstantKind::Ellipsis:
      return seed;
    case ConstantKind::Int:
      return mix(seed, static_cast<uint64_t>(value.integer));
    case ConstantKind::Float:
      return mix(seed, std::bit_cast<uint64_t>(value.real));
    case ConstantKind::Complex:
      return mix(mix(seed, std::bit_cast<uint64_t>(value.real)),
                 std::bit_cast<uint64_t>(value.imaginary));
    case ConstantKind::BigInt:
    case ConstantKind::Str:
    case ConstantKind::Bytes:
      return mix(seed, value.text);
    case ConstantKind::Tuple:
    case ConstantKind::FrozenSet:
      return seed ^ hash_items(value.kind, constant.items);
  }
  return seed;
}

template <typename T>
bool is_same_sequence(ast::Sequence<T> left, ast::Sequence<T> right) {
  return left.size() == right.size() && std::equal(left.begin(), left.end(), right.begin());
}

// Code is the same only if it comes from the same place: a `finally` body is compiled more than
// once.
bool is_same_code(const CodeUnit& left, const CodeUnit& right) {
  return left.first_line == right.first_line && left.name == right.name &&
         left.code == right.code && left.line_table == right.line_table &&
         left.exception_table == right.exception_table &&
         left.argument_count == right.argument_count &&
         left.positional_only_count == right.positional_only_count &&
         left.keyword_only_count == right.keyword_only_count && left.flags == right.flags &&
         left.slot_kinds == right.slot_kinds && is_same_sequence(left.names, right.names) &&
         is_same_sequence(left.slot_names, right.slot_names) &&
         is_same_sequence(left.constants, right.constants);
}

bool has_same_items(const PooledConstant& left, const PooledConstant& right) {
  if (left.value.kind == ConstantKind::Tuple) return is_same_sequence(left.items, right.items);
  return left.items.size() == right.items.size() &&
         std::is_permutation(left.items.begin(), left.items.end(), right.items.begin());
}

bool is_same_float(double left, double right) {
  return std::bit_cast<uint64_t>(left) == std::bit_cast<uint64_t>(right) && !std::isnan(left);
}

bool is_same(const PooledConstant& left, const PooledConstant& right) {
  if (left.code || right.code) {
    return left.code && right.code && is_same_code(*left.code, *right.code);
  }
  if (left.value.kind != right.value.kind) return false;
  switch (left.value.kind) {
    case ConstantKind::None:
    case ConstantKind::True:
    case ConstantKind::False:
    case ConstantKind::Ellipsis:
      return true;
    case ConstantKind::Int:
      return left.value.integer == right.value.integer;
    case ConstantKind::Float:
      return is_same_float(left.value.real, right.value.real);
    case ConstantKind::Complex:
      return is_same_float(left.value.real, right.value.real) &&
             is_same_float(left.value.imaginary, right.value.imaginary);
    case ConstantKind::BigInt:
    case ConstantKind::Str:
    case ConstantKind::Bytes:
      return left.value.text == right.value.text;
    case ConstantKind::Tuple:
    case ConstantKind::FrozenSet:
      return has_same_items(left, right);
  }
  return false;
}

}  // namespace

const PooledConstant* ConstantPool::find_or_add(const ast::ConstantValue& value) {
  PooledConstant candidate;
  candidate.value = value;
  if (value.kind == ConstantKind::Tuple || value.kind == ConstantKind::FrozenSet) {
    candidate.items = arena_.make_sequence<const PooledConstant*>(value.items.size());
    for (size_t i = 0; i < value.items.size(); ++i) {
      candidate.items[i] = find_or_add(value.items[i]);
    }
  }
  return find_or_add(candidate);
}

const PooledConstant* ConstantPool::find_or_add(const CodeUnit& code) {
  PooledConstant candidate;
  candidate.code = &code;
  return find_or_add(candidate);
}

const PooledConstant* ConstantPool::find_or_add_tuple(
    const std::vector<const PooledConstant*>& items) {
  PooledConstant candidate;
  candidate.value.kind = ConstantKind::Tuple;
  candidate.items = arena_.copy_sequence(items.data(), items.size());
  return find_or_add(candidate);
}

const PooledConstant* ConstantPool::find_or_add(PooledConstant candidate) {
  if (count_ * 2 >= table_.size()) grow();
  candidate.hash = hash_constant(candidate);
  const size_t mask = table_.size() - 1;
  for (size_t slot = candidate.hash & mask;; slot = (slot + 1) & mask) {
    const PooledConstant* found = table_[slot];
    if (!found) {
      candidate.index = static_cast<uint32_t>(count_++);
      return table_[slot] = new (arena_.allocate(sizeof(PooledConstant))) PooledConstant(candidate);
    }
    if (found->hash == candidate.hash && is_same(*found, candidate)) return found;
  }
}

void ConstantPool::grow() {
  std::vector<const PooledConstant*> larger(std::max<size_t>(64, table_.size() * 2));
  const size_t mask = larger.size() - 1;
  for (const PooledConstant* constant : table_) {
    if (!constant) continue;
    size_t slot = constant->hash & mask;
    while (larger[slot]) slot = (slot + 1) & mask;
    larger[slot] = constant;
  }
  table_.swap(larger);
}

}  // namespace minipy
