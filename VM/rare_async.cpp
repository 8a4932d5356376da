// Rare instructions: await and its kin. PEP 492, PEP 525.
#include "Objects/exception.h"
#include "Objects/function.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "VM/generators.h"
#include "VM/rare.h"
#include "VM/run.h"

namespace minipy {

bool is_iterable_coroutine(Value value) {
  return has_kind(value, Kind::Generator) &&
         (code_of(*value.as<Generator>()).flags & Code::kIterableCoroutine);
}

Value get_awaitable(Thread& thread, Value value, int where) {
  if (has_kind(value, Kind::Coroutine) || is_iterable_coroutine(value)) return value;
  const UnarySlot await = type_of(value).slots.await;
  if (!await) {
    if (where) {
      return raise(thread, TypeError, "'async with' received an object from {} that does not implement __await__: {}",
                   where == 1 ? "__aenter__" : "__aexit__", type_of(value));
    }
    return raise(thread, TypeError, "object {} can't be used in 'await' expression", type_of(value));
  }
  const Value iterator = TRY(await(thread, value));
  if (has_kind(iterator, Kind::Coroutine) || is_iterable_coroutine(iterator)) {
    return raise(thread, TypeError, "__await__() returned a coroutine");
  }
  if (!is_iterator(iterator)) {
    return raise(thread, TypeError, "__await__() returned non-iterator of type '{}'", type_of(iterator));
  }
  return iterator;
}

Value get_awaitable_for_await(Thread& thread, Value value, int where) {
  const Value iterator = TRY(get_awaitable(thread, value, where));
  if (has_kind(iterator, Kind::Coroutine)) {
    const Generator& coroutine = *iterator.as<Generator>();
    if (!delegate_of(coroutine).is_empty()) return raise(thread, RuntimeError, "coroutine is being awaited already");
  }
  return iterator;
}

Value get_async_iterator(Thread& thread, Value value) {
  const UnarySlot get = type_of(value).slots.async_iterate;
  if (!get) {
    return raise(thread, TypeError, "'async for' requires an object with __aiter__ method, got {}", type_of(value));
  }
  const Value iterator = TRY(get(thread, value));
  if (!type_of(iterator).slots.async_next) {
    return raise(thread, TypeError, "'async for' received an object from __aiter__ that does not implement __anext__: {}",
                 type_of(iterator));
  }
  return iterator;
}

Status rare_GET_AITER(Thread& thread, Frame&, Value* base, uint32_t) {
  *base = TRY(get_async_iterator(thread, *base));
  return nothing;
}

Value get_async_next(Thread& thread, Value iterator) {
  const UnarySlot next = type_of(iterator).slots.async_next;
  if (!next) {
    return raise(thread, TypeError, "'async for' requires an iterator with __anext__ method, got {}", type_of(iterator));
  }
  const Value awaitable = TRY(next(thread, iterator));
  if (is_exact(iterator, Kind::AsyncGenerator)) return awaitable;
  const Value result = get_awaitable(thread, awaitable, 0);
  if (!result.is_empty()) return result;
  const Value cause = take_exception(thread);
  raise(thread, TypeError, "'async for' received an invalid object from __anext__: {}", type_of(awaitable));
  BaseExceptionObject& exception = exception_object(thread.exception);
  exception.cause = exception.context = cause;
  exception.suppress_context = true;
  return error;
}

Status rare_GET_ANEXT(Thread& thread, Frame&, Value* base, uint32_t) {
  base[1] = TRY(get_async_next(thread, base[0]));
  return nothing;
}

// `yield from` takes generators as they are; coroutines only inside coroutines.
Value get_yield_from_iterator(Thread& thread, const Frame& frame, Value value) {
  if (has_kind(value, Kind::Coroutine)) {
    if (frame.code().flags & (Code::kCoroutine | Code::kIterableCoroutine)) return value;
    return raise(thread, TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
  }
  if (is_exact(value, Kind::Generator)) return value;
  return iterate(thread, value);
}

Status rare_ASYNC_GEN_WRAP(Thread&, Frame&, Value* base, uint32_t) {
  *base = wrap_async_value(*base);
  return nothing;
}

}  // namespace minipy
