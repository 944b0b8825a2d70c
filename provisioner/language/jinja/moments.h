#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "provisioner/language/jinja/object.h"

namespace provisioner::jinja {

// Python's datetime and timedelta, as far as playbooks use them. A moment is the text of a date
// value ("2020-01-02 03:04:05.600000"), a span is an object with days, seconds and total_seconds().

// The moment as microseconds since 1970, its clock read as UTC; nullopt for what is no moment.
std::optional<std::int64_t> microseconds_of(const Object& moment);
Object moment_of(std::int64_t microseconds);
Object span_of(std::int64_t microseconds);
std::optional<std::int64_t> microseconds_of_span(const Object& span);

// year, hour, strftime, isoformat ...; nullopt for a name it does not have.
std::optional<Object> moment_member(const Object& moment, const std::string& name);

// strftime and strptime with %f for microseconds.
std::string written_time(const std::string& format, std::int64_t microseconds);
std::int64_t read_time(const std::string& text, const std::string& format);

}  // namespace provisioner::jinja
