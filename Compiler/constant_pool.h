// Makes constants unique within a compilation.
#pragma once

#include <vector>

#include "Compiler/code_unit.h"

namespace minipy {

class ConstantPool {
 public:
  explicit ConstantPool(ast::Arena& arena) : arena_(arena) {}

  const Constant* find_or_add(const ast::ConstantValue& value);
  const Constant* find_or_add(const CodeUnit& code);
  const Constant* find_or_add_tuple(const std::vector<const Constant*>& items);
  size_t size() const { return count_; }

 private:
  const Constant* find_or_add(Constant candidate);
  void grow();

  ast::Arena& arena_;
  std::vector<const Constant*> table_;  // open addressing, a power of two
  size_t count_ = 0;
};

}  // namespace minipy
