// Events back from their JSON lines.

#include "read_events.h"

#include <chrono>
#include <iomanip>
#include <sstream>
#include <stdexcept>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"

namespace provisioner::view {
namespace {

store::EventKind kind_of(const std::string& name) {
  for (int number = 0; number < 64; ++number) {
    const auto kind = static_cast<store::EventKind>(number);
    if (store::name_of(kind) == name) return kind;
  }
  throw std::runtime_error("there is no event '" + name + "'");
}

std::chrono::system_clock::time_point time_of(const std::string& text) {
  std::tm parts{};
  std::istringstream stream(text);
  stream >> std::get_time(&parts, "%Y-%m-%dT%H:%M:%S");
  int milliseconds = 0;
  if (text.size() >= 23) milliseconds = std::stoi(text.substr(20, 3));
  return std::chrono::system_clock::from_time_t(timegm(&parts)) +
         std::chrono::milliseconds(milliseconds);
}

}  // namespace

store::Event read_event(const value::Value& line) {
  store::Event event;
  event.sequence = static_cast<std::uint64_t>(value::integer_or(line, "sequence", 0));
  event.time = time_of(value::text_or(line, "time", "2026-11-24T10:00:00.000Z"));
  event.kind = kind_of(value::text_or(line, "event", ""));
  event.host = value::text_or(line, "host", "");
  event.task = value::text_or(line, "task", "");
  if (const value::Value* data = line.find("data")) event.data = *data;
  return event;
}

std::vector<store::Event> read_events(const std::string& lines) {
  std::vector<store::Event> events;
  for (const std::string_view line : base::lines_of(lines))
    if (!line.empty()) events.push_back(read_event(value::read_json(line, "events")));
  return events;
}

}  // namespace provisioner::view
