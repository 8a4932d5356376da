// Layouts of the iterators over builtin containers, for the fast paths of loops.
#pragma once

#include "Objects/dict.h"
#include "Objects/list.h"
#include "Objects/object.h"
#include "Objects/set.h"
#include "Objects/tuple.h"

namespace minipy {

struct TupleIterator : Object {
  static constexpr Kind kKind = Kind::TupleIterator;
  Tuple* tuple;  // nullptr once exhausted
  size_t position;
};

struct ListIterator : Object {
  static constexpr Kind kKind = Kind::ListIterator;
  List* list;  // nullptr once exhausted
  size_t position;
};

struct ListReverseIterator : Object {
  static constexpr Kind kKind = Kind::ListReverseIterator;
  List* list;        // nullptr once exhausted
  int64_t position;  // of the next item
};

// The three forward and the three backward ones.
struct DictIterator : Object {
  static constexpr Kind kKind = Kind::DictKeyIterator;
  Dict* dict;        // nullptr once exhausted
  int64_t position;  // of the next entry
  size_t count;      // of live entries at the start: more or less of them is an error
  size_t left;       // how many are still to come
};

struct SetIterator : Object {
  static constexpr Kind kKind = Kind::SetIterator;
  Set* set;  // nullptr once exhausted
  size_t position;
  size_t count;
  size_t left;
};

struct DictView : Object {  // keys(), values(), items()
  static constexpr Kind kKind = Kind::DictKeys;
  Dict* dict;
};

struct Enumerate : Object {
  static constexpr Kind kKind = Kind::Enumerate;
  Value iterator;
  Value count;  // of the next item; any int
};

struct Zip : Object {
  static constexpr Kind kKind = Kind::Zip;
  Tuple* iterators;
  bool strict;
};

struct Map : Object {
  static constexpr Kind kKind = Kind::Map;
  Value function;
  Tuple* iterators;
};

struct Filter : Object {
  static constexpr Kind kKind = Kind::Filter;
  Value function;
  Value iterator;
};

struct Reversed : Object {
  static constexpr Kind kKind = Kind::Reversed;
  Value sequence;    // empty once exhausted
  int64_t position;  // of the next item
};

struct SequenceIterator : Object {  // iter() of what has only __getitem__
  static constexpr Kind kKind = Kind::SequenceIterator;
  Value sequence;  // empty once exhausted
  int64_t position;
};

struct CallableIterator : Object {  // iter(callable, sentinel)
  static constexpr Kind kKind = Kind::CallableIterator;
  Value callable;  // empty once exhausted
  Value sentinel;
};

// The number for the next item of an enumerate(), which moves on.
Value take_number(Enumerate& enumerate);
// One step of a zip() of two, without the tuple; false at the end.
Result<bool> next_zipped_pair(Thread&, const Zip& zip, Value* items);
Value make_callable_iterator(Value callable, Value sentinel);
// iter(x) of exact containers and their kinds; they run no user code.
Value iterate_tuple(Thread&, Value tuple);
Value iterate_list(Thread&, Value list);
Value iterate_dict(Thread&, Value dict);
Value iterate_set(Thread&, Value set);

}  // namespace minipy
