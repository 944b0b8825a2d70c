// Host tables in CSV: one row a host, one column a variable.

#include <charconv>

#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/csv_cells.h"
#include "provisioner/language/inventory/sources.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;
using value::Value;

// A whole number without leading zeros, true and false; anything else is text: a table has serial
// numbers and MAC addresses in it, which YAML would take for numbers.
Value cell_value(const Cell& cell) {
  const std::string& text = cell.text;
  if (text == "true" || text == "false") return Value(text == "true").at(cell.pos);
  const bool is_plain = text == "0" || (text.find_first_not_of("0123456789") == std::string::npos &&
                                        text.front() != '0');
  std::int64_t number = 0;
  if (is_plain && std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc())
    return Value(number).at(cell.pos);
  return Value(text).at(cell.pos);
}

Value list_value(const Cell& cell) {
  value::List items;
  for (const std::string& part : base::split(cell.text, ';'))
    if (const std::string_view item = base::trim(part); !item.empty())
      items.push_back(cell_value({std::string(item), cell.pos}));
  return Value(std::move(items)).at(cell.pos);
}

bool is_index(const std::string& part) {
  return !part.empty() && part.size() < 4 &&
         part.find_first_not_of("0123456789") == std::string::npos;
}

// `into` with the value at path[at..]: "disks.0.serial" makes a list of dicts.
Value with_value(const Value& into, const std::vector<std::string>& path, std::size_t at,
                 const Value& value, const Cell& column) {
  if (at == path.size()) return value;
  if (is_index(path[at])) {
    if (!into.is_none() && !into.is_list())
      throw Error(Kind::input,
                  "column '" + column.text + "' makes a list of what another column makes a dict",
                  column.pos);
    value::List items = into.is_list() ? into.list() : value::List();
    const std::size_t index = std::stoul(path[at]);
    if (index > items.size())
      throw Error(Kind::input,
                  "column '" + column.text + "' leaves out item " + std::to_string(items.size()),
                  column.pos);
    if (index == items.size()) items.emplace_back();
    items[index] = with_value(items[index], path, at + 1, value, column);
    return Value(std::move(items)).at(value.pos());
  }
  if (!into.is_none() && !into.is_dict())
    throw Error(Kind::input,
                "column '" + column.text + "' makes a dict of what another column makes otherwise",
                column.pos);
  value::Dict entries = into.is_dict() ? into.dict() : value::Dict();
  const Value* inner = entries.find(path[at]);
  const Value changed =
      with_value(inner == nullptr ? Value() : *inner, path, at + 1, value, column);
  entries.set(Value(path[at]).at(value.pos()), changed);
  return Value(std::move(entries)).at(value.pos());
}

class CsvHosts {
 public:
  CsvHosts(Reading& reading, std::vector<Cell> header)
      : reading_(reading), header_(std::move(header)) {
    for (std::size_t at = 0; at < header_.size(); ++at) check_column(at);
    if (header_.front().text != "name" && header_.front().text != "host") {
      Error error(
          Kind::input,
          "the first column of a host table must be 'name', this is '" + header_.front().text + "'",
          header_.front().pos);
      throw error.set_hint(
          "the first line names the columns: name,groups,bmc.address,disks.0.serial,...");
    }
  }

  void read_row(const std::vector<Cell>& row) {
    if (row.size() > header_.size())
      throw Error(Kind::input,
                  "this row has " + std::to_string(row.size()) + " cells, the table has " +
                      std::to_string(header_.size()) + " columns",
                  row[header_.size()].pos);
    if (row.front().text.empty()) throw Error(Kind::input, "this row has no name", row.front().pos);
    Value variables = Value(value::Dict());
    std::vector<std::string> groups;
    for (std::size_t at = 1; at < row.size(); ++at) {
      if (row[at].text.empty()) continue;
      if (header_[at].text == "groups")
        groups = group_names(row[at].text);
      else
        variables = with_cell(variables, header_[at], row[at]);
    }
    add(row.front(), variables.at(row.front().pos), groups);
  }

 private:
  void check_column(std::size_t at) const {
    if (header_[at].text.empty())
      throw Error(Kind::input, "column " + std::to_string(at + 1) + " has no name",
                  header_[at].pos);
    for (std::size_t other = 0; other < at; ++other)
      if (header_[other].text == header_[at].text)
        throw Error(Kind::input, "column '" + header_[at].text + "' is there twice",
                    header_[at].pos);
  }

  static std::vector<std::string> group_names(const std::string& text) {
    std::vector<std::string> names;
    for (const std::string& part : base::split(base::replace_all(text, ";", " "), ' '))
      if (!part.empty()) names.push_back(part);
    return names;
  }

  static Value with_cell(const Value& variables, const Cell& column, const Cell& cell) {
    const bool is_list = column.text.ends_with("[]");
    const std::string name = is_list ? column.text.substr(0, column.text.size() - 2) : column.text;
    return with_value(variables, base::split(name, '.'), 0,
                      is_list ? list_value(cell) : cell_value(cell), column);
  }

  void add(const Cell& name, const Value& variables, std::vector<std::string> groups) {
    if (groups.empty()) groups.emplace_back("ungrouped");
    bool is_first = true;
    for (const std::string& group : groups) {
      reading_.graph.add_group(group, name.pos);
      add_hosts(reading_, name.text, is_first ? variables : Value(), group, name.pos);
      is_first = false;
    }
  }

  Reading& reading_;
  std::vector<Cell> header_;
};

}  // namespace

void read_csv_source(Reading& reading, base::SourceId source) {
  std::vector<std::vector<Cell>> rows = read_csv(source);
  if (rows.empty()) return;
  CsvHosts hosts(reading, rows.front());
  for (std::size_t at = 1; at < rows.size(); ++at) {
    try {
      hosts.read_row(rows[at]);
    } catch (const Error& error) {
      reading.diagnostics.add(error);
    }
  }
}

}  // namespace provisioner::inventory
