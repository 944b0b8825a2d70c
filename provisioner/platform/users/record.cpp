// What is kept of a report on users, read again.

#include "provisioner/platform/users/record.h"

#include <algorithm>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/value/strict_dict.h"
#include "provisioner/platform/users/many_groups.h"

namespace provisioner::users {
namespace {

using base::Error;
using base::Kind;
using value::Form;
using value::Value;

[[noreturn]] void refuse(const std::string& what, const base::Pos& place,
                         const std::string& instance) {
  throw Error(Kind::input, what, place)
      .set_hint("make it anew: provisioner users report " + instance);
}

bool is_time(const std::string& text) {
  static const base::Regex form(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)\Z)");
  return form.match_start(text).has_value();
}

// Lines of a table; one within quotes is none of its own.
std::size_t rows_in(const std::string& table) {
  std::size_t rows = 0;
  bool is_quoted = false;
  for (const char byte : table) {
    if (byte == '"') is_quoted = !is_quoted;
    if (byte == '\n' && !is_quoted) ++rows;
  }
  return rows;
}

}  // namespace

void require_record(const Value& record, const std::string& instance) {
  base::Diagnostics found;
  value::StrictDict said(&record, "", record, found);
  said.know({"instance", "finished", "users", "red", "pilots", "pilots_red", "issuer_faults",
             "many_groups"});
  const std::string of = said.required("instance", instance);
  const std::string finished = said.required("finished", "2026-11-29T17:00:00Z");
  for (const char* count : {"users", "red", "issuer_faults"}) {
    if (!said.is_said(count)) said.add_missing(count, "0");
    said.number(count, 0, INT64_MAX, 0);
  }
  if (said.is_said("many_groups")) read_many_groups(said.below("many_groups"));
  for (const char* names : {"pilots", "pilots_red"}) said.has(names, Form::texts);
  if (found.has_errors())
    refuse("this is no record of users: " + found.errors().front().message(), record.pos(),
           instance);
  if (!is_time(finished))
    refuse("this is no record of users: 'finished' is no time", record.pos(), instance);
  if (of != instance)
    refuse("this record of users is of '" + of + "', and not of '" + instance + "'", record.pos(),
           instance);
}

void require_table(const std::string& table, const Value& record, const base::Pos& place) {
  const std::string instance = value::text_or(record, "instance", "");
  const std::size_t end = std::min(table.find_first_of("\r\n"), table.size());
  if (table.substr(0, end) != table_head)
    refuse("this is no table of users: it begins with other heads", place, instance);
  const auto users = static_cast<std::size_t>(value::integer_or(record, "users", 0));
  if (const std::size_t rows = rows_in(table) - 1; rows != users)
    refuse("this table has " + base::counted(rows, "user") + ", and the record beside it " +
               std::to_string(users),
           place, instance);
}

}  // namespace provisioner::users
