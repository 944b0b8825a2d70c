// The registry of texts that positions point into.

#include "provisioner/base/base/source.h"

#include <deque>
#include <map>
#include <mutex>
#include <utility>

namespace provisioner::base {
namespace {

struct Registry {
  std::mutex mutex;
  std::deque<Source> sources;  // a deque: references stay good while it grows
  std::map<std::pair<std::string, std::size_t>, std::uint32_t>
      numbers;  // by name and hash of the text
};

// Never destroyed: a position may be rendered while the process ends.
Registry& registry() {
  static auto* const the_registry = new Registry;
  return *the_registry;
}

}  // namespace

SourceId register_source(std::string name, std::string text) {
  return register_source({std::move(name), std::move(text)});
}

SourceId register_source(Source source) {
  Registry& known = registry();
  const std::lock_guard lock(known.mutex);
  const auto key = std::pair(source.name, std::hash<std::string>{}(source.text));
  const auto found = known.numbers.find(key);
  if (found != known.numbers.end()) {
    const Source& same = known.sources[found->second - 1];
    if (same.text == source.text && same.is_secret == source.is_secret)
      return SourceId(found->second);
  }
  known.sources.push_back(std::move(source));
  const auto number = static_cast<std::uint32_t>(known.sources.size());
  known.numbers[key] = number;
  return SourceId(number);
}

const Source& SourceId::source() const {
  static const Source nothing;
  if (number_ == 0) return nothing;
  Registry& known = registry();
  const std::lock_guard lock(known.mutex);
  return known.sources[number_ - 1];
}

std::string Pos::text() const {
  if (!source.is_known()) return {};
  std::string text = source.source().name;
  if (line != 0) text += ":" + std::to_string(line) + ":" + std::to_string(column);
  return text;
}

std::string_view line_of(const Source& source, std::uint32_t line) {
  std::string_view rest = source.text;
  for (std::uint32_t number = 1; number < line; ++number) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  std::string_view found = rest.substr(0, rest.find('\n'));
  if (found.ends_with('\r')) found.remove_suffix(1);
  return found;
}

}  // namespace provisioner::base
