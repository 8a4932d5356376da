// A stable, adaptive merge sort: natural runs, short ones filled up by binary insertion, merged in
// the order that "powersort" (Munro and Wild 2018) chooses, with galloping where one side wins often.
//
// `Less` returns 1, 0, or -1 for an error, which stops the sort; the items are then still a
// permutation of what they were. Comparisons that cannot fail compile to code without that case.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace minipy {

template <typename Item, typename Less>
class MergeSort {
 public:
  // `scratch` has room for (size + 1) / 2 items.
  MergeSort(Item* items, size_t size, Item* scratch, Less less)
      : items_(items), size_(size), scratch_(scratch), less_(less) {}

  bool sort() {
    const size_t shortest = shortest_run(size_);
    for (size_t start = 0; start < size_;) {
      size_t length;
      if (!find_run(start, length)) return false;
      if (length < shortest) {
        const size_t wanted = std::min(shortest, size_ - start);
        if (!insert_binary(start, length, wanted)) return false;
        length = wanted;
      }
      if (!push_run(start, length)) return false;
      start += length;
    }
    while (run_count_ > 1) {
      if (!merge_last_two()) return false;
    }
    return true;
  }

 private:
  struct Run {
    size_t start, length;
    int power;  // of the boundary to the next run
  };

  static size_t shortest_run(size_t size) {
    size_t rest = 0;
    while (size >= 64) {
      rest |= size & 1;
      size >>= 1;
    }
    return size + rest;
  }

  // The length of the run at `start`; a strictly falling one is reversed (equal items must keep
  // their order, so it may not have any).
  bool find_run(size_t start, size_t& length) {
    length = size_ - start;
    if (length < 2) return true;
    Item* run = items_ + start;
    const int falls = less_(run[1], run[0]);
    if (falls < 0) return false;
    size_t end = 2;
    for (; end < length; ++end) {
      const int less = less_(run[end], run[end - 1]);
      if (less < 0) return false;
      if (less != falls) break;
    }
    if (falls) std::reverse(run, run + end);
    length = end;
    return true;
  }

  bool insert_binary(size_t start, size_t sorted, size_t wanted) {
    Item* run = items_ + start;
    for (size_t i = sorted; i < wanted; ++i) {
      const Item pivot = run[i];
      size_t low = 0, high = i;
      while (low < high) {
        const size_t middle = (low + high) / 2;
        const int less = less_(pivot, run[middle]);
        if (less < 0) return false;
        if (less) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      std::copy_backward(run + low, run + i, run + i + 1);
      run[low] = pivot;
    }
    return true;
  }

  // The depth in a nearly optimal merge tree of the boundary between two neighbouring runs: the
  // first bit in which their midpoints, as fractions of the whole, differ.
  int power_of(const Run& left, size_t right_length) const {
    size_t a = 2 * left.start + left.length;                // twice the midpoints
    size_t b = a + left.length + right_length;
    int power = 0;
    for (;;) {
      ++power;
      if (a >= size_) {
        a -= size_;
        b -= size_;
      } else if (b >= size_) {
        return power;
      }
      a <<= 1;
      b <<= 1;
    }
  }

  bool push_run(size_t start, size_t length) {
    if (run_count_ > 0) {
      const int power = power_of(runs_[run_count_ - 1], length);
      while (run_count_ > 1 && runs_[run_count_ - 2].power > power) {
        if (!merge_last_two()) return false;
      }
      runs_[run_count_ - 1].power = power;
    }
    runs_[run_count_++] = {start, length, 0};
    return true;
  }

  bool merge_last_two() {
    Run& left = runs_[run_count_ - 2];
    const Run right = runs_[run_count_ - 1];
    Item* a = items_ + left.start;
    Item* b = items_ + right.start;
    size_t a_size = left.length, b_size = right.length;
    left.length += right.length;
    --run_count_;
    // What is in place already: the head of a, the tail of b.
    const ptrdiff_t head = gallop<true, false>(*b, a, a_size);
    if (head < 0) return false;
    a += head;
    a_size -= static_cast<size_t>(head);
    if (a_size == 0) return true;
    const ptrdiff_t rest = gallop<false, true>(a[a_size - 1], b, b_size);
    if (rest < 0) return false;
    b_size = static_cast<size_t>(rest);
    if (b_size == 0) return true;
    return a_size <= b_size ? merge_forwards(a, a_size, b, b_size) : merge_backwards(a, a_size, b, b_size);
  }

  // How many of the sorted items go before `key`: those less than it, or with `after_equal` those
  // not greater. Looks near the start first, or near the end. -1: error.
  template <bool after_equal, bool from_end>
  ptrdiff_t gallop(const Item& key, const Item* items, size_t size) {
    size_t low = 0, high = size, step = 1;  // [0, low) go before, [high, size) do not
    while (low < high) {
      const size_t middle = from_end ? (high - low > step ? high - step : low)
                                     : std::min(low + step, high) - 1;
      const int before = goes_before<after_equal>(items[middle], key);
      if (before < 0) return -1;
      if (before) {
        low = middle + 1;
      } else {
        high = middle;
      }
      if ((before != 0) == from_end) break;
      step *= 2;
    }
    while (low < high) {
      const size_t middle = (low + high) / 2;
      const int before = goes_before<after_equal>(items[middle], key);
      if (before < 0) return -1;
      if (before) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return static_cast<ptrdiff_t>(low);
  }

  template <bool after_equal>
  int goes_before(const Item& item, const Item& key) {
    if constexpr (!after_equal) return less_(item, key);
    const int less = less_(key, item);
    return less < 0 ? less : !less;
  }

  static constexpr size_t kGallopGain = 7;

  // a and b are neighbours, a is the shorter one and waits in the scratch memory.
  bool merge_forwards(Item* a, size_t a_size, Item* b, size_t b_size) {
    std::copy(a, a + a_size, scratch_);
    const Item *left = scratch_, *left_end = scratch_ + a_size, *right = b, *right_end = b + b_size;
    Item* to = a;
    const bool done = merge_forwards_loop(left, left_end, right, right_end, to);
    std::copy(left, left_end, to);
    return done;
  }

  bool merge_forwards_loop(const Item*& left, const Item* left_end, const Item*& right,
                           const Item* right_end, Item*& to) {
    for (;;) {
      size_t left_wins = 0, right_wins = 0;
      do {
        const int less = less_(*right, *left);
        if (less < 0) return false;
        if (less) {
          *to++ = *right++;
          ++right_wins;
          left_wins = 0;
          if (right == right_end) return true;
        } else {
          *to++ = *left++;
          ++left_wins;
          right_wins = 0;
          if (left == left_end) return true;
        }
      } while ((left_wins | right_wins) < gallop_from_);
      size_t left_count, right_count;
      do {
        ptrdiff_t count = gallop<true, false>(*right, left, static_cast<size_t>(left_end - left));
        if (count < 0) return false;
        left_count = static_cast<size_t>(count);
        to = std::copy(left, left + count, to);
        left += count;
        if (left == left_end) return true;
        *to++ = *right++;
        if (right == right_end) return true;
        count = gallop<false, false>(*left, right, static_cast<size_t>(right_end - right));
        if (count < 0) return false;
        right_count = static_cast<size_t>(count);
        to = std::copy(right, right + count, to);
        right += count;
        if (right == right_end) return true;
        *to++ = *left++;
        if (left == left_end) return true;
        if (gallop_from_ > 1) --gallop_from_;
      } while (left_count >= kGallopGain || right_count >= kGallopGain);
      gallop_from_ += 2;
    }
  }

  // b is the shorter one; the result is filled from its end.
  bool merge_backwards(Item* a, size_t a_size, Item* b, size_t b_size) {
    std::copy(b, b + b_size, scratch_);
    const Item *left = a + a_size, *right = scratch_ + b_size;  // behind the next ones
    Item* to = b + b_size;
    const bool done = merge_backwards_loop(a, left, scratch_, right, to);
    std::copy_backward(static_cast<const Item*>(scratch_), right, to);
    return done;
  }

  bool merge_backwards_loop(const Item* left_start, const Item*& left, const Item* right_start,
                            const Item*& right, Item*& to) {
    for (;;) {
      size_t left_wins = 0, right_wins = 0;
      do {
        const int less = less_(right[-1], left[-1]);
        if (less < 0) return false;
        if (less) {
          *--to = *--left;
          ++left_wins;
          right_wins = 0;
          if (left == left_start) return true;
        } else {
          *--to = *--right;
          ++right_wins;
          left_wins = 0;
          if (right == right_start) return true;
        }
      } while ((left_wins | right_wins) < gallop_from_);
      size_t left_count, right_count;
      do {
        const size_t left_size = static_cast<size_t>(left - left_start);
        ptrdiff_t count = gallop<true, true>(right[-1], left_start, left_size);
        if (count < 0) return false;
        left_count = left_size - static_cast<size_t>(count);
        to = std::copy_backward(left_start + count, left, to);
        left = left_start + count;
        if (left == left_start) return true;
        *--to = *--right;
        if (right == right_start) return true;
        const size_t right_size = static_cast<size_t>(right - right_start);
        count = gallop<false, true>(left[-1], right_start, right_size);
        if (count < 0) return false;
        right_count = right_size - static_cast<size_t>(count);
        to = std::copy_backward(right_start + count, right, to);
        right = right_start + count;
        if (right == right_start) return true;
        *--to = *--left;
        if (left == left_start) return true;
        if (gallop_from_ > 1) --gallop_from_;
      } while (left_count >= kGallopGain || right_count >= kGallopGain);
      gallop_from_ += 2;
    }
  }

  Item* items_;
  size_t size_;
  Item* scratch_;
  Less less_;
  size_t gallop_from_ = kGallopGain;
  Run runs_[72];
  size_t run_count_ = 0;
};

}  // namespace minipy
