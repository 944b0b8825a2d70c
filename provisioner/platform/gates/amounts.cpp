// Cores and memory as Kubernetes writes them.

#include "provisioner/platform/gates/amounts.h"

#include <charconv>
#include <vector>

#include "provisioner/base/base/text.h"

namespace provisioner::gates {

std::optional<double> quantity(std::string_view text) {
  struct Unit {
    const char* suffix;
    double factor;
  };
  static constexpr Unit units[] = {{"Ki", 1024.0},       {"Mi", 1048576.0},
                                   {"Gi", 1073741824.0}, {"Ti", 1099511627776.0},
                                   {"m", 0.001},         {"k", 1e3},
                                   {"M", 1e6},           {"G", 1e9},
                                   {"T", 1e12},          {"", 1}};
  double number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc()) return std::nullopt;
  const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const Unit& unit : units)
    if (suffix == unit.suffix) return number * unit.factor;
  return std::nullopt;
}

Amount amount_in(const std::string& text) {
  const std::vector<std::string> words = base::split(text, ' ');
  if (words.size() < 2) return {};
  return {.cores = quantity(words[0]).value_or(0), .bytes = quantity(words[1]).value_or(0)};
}

}  // namespace provisioner::gates
