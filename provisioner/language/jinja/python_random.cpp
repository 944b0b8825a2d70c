// MT19937 as Python seeds it.

#include "provisioner/language/jinja/python_random.h"

#include <algorithm>
#include <bit>
#include <string>

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::jinja {
namespace {

constexpr std::size_t size = 624, middle = 397;

// A big-endian number as 32-bit words, least first, without leading zero words.
std::vector<std::uint32_t> words_of(std::string_view bytes) {
  std::vector<std::uint32_t> words;
  for (std::size_t end = bytes.size(); end > 0;) {
    const std::size_t begin = end >= 4 ? end - 4 : 0;
    std::uint32_t word = 0;
    for (std::size_t at = begin; at < end; ++at)
      word = word << 8U | static_cast<unsigned char>(bytes[at]);
    words.push_back(word);
    end = begin;
  }
  while (words.size() > 1 && words.back() == 0) words.pop_back();
  return words.empty() ? std::vector<std::uint32_t>{0} : words;
}

}  // namespace

PythonRandom::PythonRandom(const std::vector<std::uint32_t>& key) {
  state_[0] = 19650218U;
  for (std::size_t at = 1; at < size; ++at)
    state_[at] =
        1812433253U * (state_[at - 1] ^ state_[at - 1] >> 30U) + static_cast<std::uint32_t>(at);
  std::size_t i = 1, j = 0;
  const auto step = [&] {
    if (++i == size) {
      state_[0] = state_[size - 1];
      i = 1;
    }
  };
  for (std::size_t left = std::max(size, key.size()); left > 0; --left) {
    state_[i] = (state_[i] ^ (state_[i - 1] ^ state_[i - 1] >> 30U) * 1664525U) + key[j] +
                static_cast<std::uint32_t>(j);
    step();
    if (++j == key.size()) j = 0;
  }
  for (std::size_t left = size - 1; left > 0; --left) {
    state_[i] = (state_[i] ^ (state_[i - 1] ^ state_[i - 1] >> 30U) * 1566083941U) -
                static_cast<std::uint32_t>(i);
    step();
  }
  state_[0] = 0x80000000U;
}

PythonRandom PythonRandom::from_integer(std::uint64_t seed) {
  std::vector<std::uint32_t> key = {static_cast<std::uint32_t>(seed)};
  if (seed >> 32U != 0) key.push_back(static_cast<std::uint32_t>(seed >> 32U));
  return PythonRandom(key);
}

PythonRandom PythonRandom::from_text(std::string_view seed) {
  return PythonRandom(words_of(std::string(seed) + base::unhex(crypto::digest("sha512", seed))));
}

std::uint32_t PythonRandom::next() {
  if (place_ == size) {
    for (std::size_t at = 0; at < size; ++at) {
      const std::uint32_t mixed =
          (state_[at] & 0x80000000U) | (state_[(at + 1) % size] & 0x7fffffffU);
      state_[at] =
          state_[(at + middle) % size] ^ mixed >> 1U ^ ((mixed & 1U) != 0 ? 0x9908b0dfU : 0U);
    }
    place_ = 0;
  }
  std::uint32_t word = state_[place_++];
  word ^= word >> 11U;
  word ^= word << 7U & 0x9d2c5680U;
  word ^= word << 15U & 0xefc60000U;
  return word ^ word >> 18U;
}

std::uint64_t PythonRandom::bits(unsigned count) {
  if (count <= 32) return next() >> (32U - count);
  const std::uint64_t low = next();
  return low | static_cast<std::uint64_t>(next() >> (64U - count)) << 32U;
}

std::size_t PythonRandom::below(std::size_t limit) {
  const auto count = static_cast<unsigned>(std::bit_width(limit));
  std::uint64_t number = bits(count);
  while (number >= limit) number = bits(count);
  return number;
}

}  // namespace provisioner::jinja
