// Pickling tuples, lists, dicts and sets. Saving an item runs user code, which may change the
// container: nothing read before is trusted after it.
#include "Modules/pickle/pickler.h"
#include "Objects/address_text.h"
#include "Objects/gc.h"
#include "Objects/int.h"

namespace minipy::pickle {

// --- the fast mode, without a memo: cycles are only noticed from some depth on ---

constexpr int kFastDepthLimit = 50;

Result<bool> Saver::enter_fast(Value object) {
  if (++p_.fast_depth < kFastDepthLimit) return true;
  if (p_.fast_memo.is_empty()) p_.fast_memo = make_dict();
  const Value key = make_uint(object.bits());
  const Value known = TRY(dict_get(thread_, *p_.fast_memo.as<Dict>(), key));
  if (known.is_unbound()) {
    TRY(dict_set(thread_, *p_.fast_memo.as<Dict>(), key, None));
    return true;
  }
  raise(thread_, ValueError,
        "fast mode: can't pickle cyclic objects including object type {} at {}", type_of(object),
        AddressText(object).text());
  p_.fast_depth = -1;
  return error;
}

Status Saver::leave_fast(Value object) {
  if (p_.fast_depth-- < kFastDepthLimit || p_.fast_memo.is_empty()) return nothing;
  TRY(dict_delete(thread_, *p_.fast_memo.as<Dict>(), make_uint(object.bits())));
  return nothing;
}

template <typename F>
Status Saver::guarded_by_fast_mode(Value object, F&& save_it) {
  if (!p_.fast) return save_it();
  TRY(enter_fast(object));
  const Status done = save_it();
  if (done.failed()) {
    const Value exception = take_exception(thread_);
    const Status left = leave_fast(object);
    if (left.failed()) take_exception(thread_);
    return restore_exception(thread_, exception);
  }
  return leave_fast(object);
}

// --- tuples ---

// A tuple that contains itself is in the memo once its items are saved: then what was pushed is
// dropped again, and the tuple fetched from there.
Status Saver::save_tuple(Value object) {
  const Tuple& tuple = *object.as<Tuple>();
  if (tuple.size == 0) {
    if (p_.binary) return put(Op::EmptyTuple);
    TRY(put(Op::Mark));
    return put(Op::TupleMark);
  }
  const bool is_short = tuple.size <= 3 && p_.protocol >= 2;
  if (!is_short) TRY(put(Op::Mark));
  for (size_t i = 0; i < tuple.size; ++i) TRY(save(tuple.items[i]));
  if (const Memo::Entry* entry = p_.memo.find(object)) {
    if (!is_short && p_.binary) {
      TRY(put(Op::PopMark));
    } else {
      for (size_t i = 0; i < tuple.size + !is_short; ++i) TRY(put(Op::Pop));
    }
    return put_memo_reference(*entry);
  }
  TRY(put(is_short ? static_cast<Op>(static_cast<size_t>(Op::Tuple1) + tuple.size - 1)
                   : Op::TupleMark));
  return put_memo(object);
}

// --- lists ---

Status Saver::save_list(Value object) {
  return guarded_by_fast_mode(object, [&]() -> Status {
    if (p_.binary) {
      TRY(put(Op::EmptyList));
    } else {
      TRY(put(Op::Mark));
      TRY(put(Op::ListMark));
    }
    List& list = *object.as<List>();
    const size_t size = list.size;
    TRY(put_memo(object));
    if (size == 0) return nothing;
    RecursionGuard guard(thread_);
    if (guard.is_exceeded(" while pickling an object")) return error;
    return p_.protocol > 0 ? put_exact_list(list) : put_items(TRY(iterate(thread_, object)));
  });
}

Status Saver::put_exact_list(List& list) {
  if (list.size == 1) {
    TRY(save(list.at(0)));
    return put(Op::Append);
  }
  size_t at = 0;
  do {
    TRY(put(Op::Mark));
    for (size_t end = at + kBatch; at < end && at < list.size; ++at) TRY(save(list.at(at)));
    TRY(put(Op::Appends));
  } while (at < list.size);
  return nothing;
}

Status Saver::put_items(Value iterator) {
  if (p_.protocol == 0) {
    return for_each(thread_, iterator, [&](Value item) -> Status {
      TRY(save(item));
      return put(Op::Append);
    });
  }
  for (;;) {
    const Value first = TRY(next(thread_, iterator));
    if (first.is_unbound()) return nothing;
    Value item = TRY(next(thread_, iterator));
    if (item.is_unbound()) {
      TRY(save(first));
      return put(Op::Append);
    }
    TRY(put(Op::Mark));
    TRY(save(first));
    size_t count = 1;
    while (!item.is_unbound()) {
      TRY(save(item));
      if (++count == kBatch) break;
      item = TRY(next(thread_, iterator));
    }
    TRY(put(Op::Appends));
    if (count < kBatch) return nothing;
  }
}

// --- dicts ---

Status Saver::save_dict(Value object) {
  return guarded_by_fast_mode(object, [&]() -> Status {
    if (p_.binary) {
      TRY(put(Op::EmptyDict));
    } else {
      TRY(put(Op::Mark));
      TRY(put(Op::DictMark));
    }
    Dict& dict = *object.as<Dict>();
    TRY(put_memo(object));
    if (dict.count == 0) return nothing;
    RecursionGuard guard(thread_);
    if (guard.is_exceeded(" while pickling an object")) return error;
    if (p_.protocol > 0) return put_exact_dict(dict);
    return put_pairs(TRY(iterate(thread_, TRY(call_method(thread_, object, "items")))));
  });
}

Status Saver::put_exact_dict(Dict& dict) {
  const size_t size = dict.count;
  size_t position = 0;
  Value key, value;
  if (size == 1) {
    dict_next(dict, position, key, value);
    TRY(save(key));
    TRY(save(value));
    return put(Op::SetItem);
  }
  size_t batch;
  do {
    TRY(put(Op::Mark));
    batch = 0;
    while (batch < kBatch && dict_next(dict, position, key, value)) {
      TRY(save(key));
      TRY(save(value));
      ++batch;
    }
    TRY(put(Op::SetItems));
    if (dict.count != size)
      return raise(thread_, RuntimeError, "dictionary changed size during iteration");
  } while (batch == kBatch);
  return nothing;
}

Status Saver::save_pair(Value pair) {
  if (!is_tuple(pair) || pair.as<Tuple>()->size != 2) {
    return raise(thread_, TypeError, "dict items iterator must return 2-tuples");
  }
  TRY(save(pair.as<Tuple>()->items[0]));
  return save(pair.as<Tuple>()->items[1]);
}

Status Saver::put_pairs(Value iterator) {
  if (p_.protocol == 0) {
    return for_each(thread_, iterator, [&](Value pair) -> Status {
      TRY(save_pair(pair));
      return put(Op::SetItem);
    });
  }
  for (;;) {
    const Value first = TRY(next(thread_, iterator));
    if (first.is_unbound()) return nothing;
    Value pair = TRY(next(thread_, iterator));
    if (pair.is_unbound()) {
      TRY(save_pair(first));
      return put(Op::SetItem);
    }
    TRY(put(Op::Mark));
    TRY(save_pair(first));
    size_t count = 1;
    while (!pair.is_unbound()) {
      TRY(save_pair(pair));
      if (++count == kBatch) break;
      pair = TRY(next(thread_, iterator));
    }
    TRY(put(Op::SetItems));
    if (count < kBatch) return nothing;
  }
}

// --- sets: opcodes from protocol 4 on, a call with a list before ---

Status Saver::save_as_call(Value object, Value callable, Value argument) {
  return save_reduce(*make_tuple({callable, make_tuple({argument})}), object);
}

Status Saver::save_set(Value object) {
  if (p_.protocol < 4) {
    return save_as_call(object, &type_of_kind(Kind::Set), TRY(list_of(thread_, object)));
  }
  TRY(put(Op::EmptySet));
  TRY(put_memo(object));
  const Set& set = *object.as<Set>();
  const size_t size = set.count;
  if (size == 0) return nothing;
  size_t position = 0, batch;
  do {
    TRY(put(Op::Mark));
    batch = 0;
    for (Value item; batch < kBatch && set_next(set, position, item); ++batch) TRY(save(item));
    TRY(put(Op::AddItems));
    if (set.count != size) return raise(thread_, RuntimeError, "set changed size during iteration");
  } while (batch == kBatch);
  return nothing;
}

Status Saver::save_frozenset(Value object) {
  if (p_.protocol < 4) {
    return save_as_call(object, &type_of_kind(Kind::Frozenset), TRY(list_of(thread_, object)));
  }
  return guarded_by_fast_mode(object, [&]() -> Status {
    TRY(put(Op::Mark));
    TRY(for_each(thread_, object, [&](Value item) { return save(item); }));
    if (const Memo::Entry* entry = p_.memo.find(object)) {
      TRY(put(Op::PopMark));
      return put_memo_reference(*entry);
    }
    TRY(put(Op::Frozenset));
    return put_memo(object);
  });
}

}  // namespace minipy::pickle
