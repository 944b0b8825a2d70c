#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace provisioner::jinja {

// Python's random.Random: the Mersenne Twister MT19937 seeded by key (Matsumoto and Nishimura's
// init_by_array), so that a seed gives the same choice as in Ansible.
class PythonRandom {
 public:
  static PythonRandom from_integer(std::uint64_t seed);
  static PythonRandom from_text(
      std::string_view seed);  // version 2: the text and its SHA-512 as one big number

  std::size_t below(std::size_t limit);  // randbelow: uniform in [0, limit)

 private:
  explicit PythonRandom(const std::vector<std::uint32_t>& key);
  std::uint32_t next();
  std::uint64_t bits(unsigned count);

  std::array<std::uint32_t, 624> state_{};
  std::size_t place_ = 624;
};

}  // namespace provisioner::jinja
