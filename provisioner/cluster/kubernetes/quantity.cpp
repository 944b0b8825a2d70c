// Quantities of resources.

#include "provisioner/cluster/kubernetes/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace provisioner::kubernetes {
namespace {

struct Suffix {
  std::string_view text;
  double factor;
};
constexpr double kibi = 1024, kilo = 1000;
constexpr std::array<Suffix, 16> suffixes = {{{"", 1},
                                              {"n", 1 / kilo / kilo / kilo},
                                              {"u", 1 / kilo / kilo},
                                              {"m", 1 / kilo},
                                              {"k", kilo},
                                              {"M", kilo* kilo},
                                              {"G", kilo* kilo* kilo},
                                              {"T", kilo* kilo* kilo* kilo},
                                              {"P", kilo* kilo* kilo* kilo* kilo},
                                              {"E", kilo* kilo* kilo* kilo* kilo* kilo},
                                              {"Ki", kibi},
                                              {"Mi", kibi* kibi},
                                              {"Gi", kibi* kibi* kibi},
                                              {"Ti", kibi* kibi* kibi* kibi},
                                              {"Pi", kibi* kibi* kibi* kibi* kibi},
                                              {"Ei", kibi* kibi* kibi* kibi* kibi* kibi}}};

}  // namespace

std::optional<double> quantity_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || std::signbit(number) || !std::isfinite(number)) return std::nullopt;
  const auto suffix = std::ranges::find(
      suffixes, text.substr(static_cast<std::size_t>(end - text.data())), &Suffix::text);
  if (suffix == suffixes.end()) return std::nullopt;
  return number * suffix->factor;
}

}  // namespace provisioner::kubernetes
