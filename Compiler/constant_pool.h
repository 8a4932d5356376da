// Makes constants unique within a compilation.
#pragma once

#include <vector>

#include "Compiler/code_unit.h"

namespace minipy {

class ConstantPool {
 public:
  explicit ConstantPool(ast::Arena& arena) : arena_(arena) {}

  const PooledConstant* find_or_add(const ast::ConstantValue& value);
  const PooledConstant* find_or_add(const CodeUnit& code);
  const PooledConstant* find_or_add_tuple(const std::vector<const PooledConstant*>& items);
  size_t size() const { return count_; }

 private:
  const PooledConstant* find_or_add(PooledConstant candidate);
  void grow();

  ast::Arena& arena_;
  std::vector<const PooledConstant*> table_;  // open addressing, a power of two
  size_t count_ = 0;
};

}  // namespace minipy
