// Columns.

#include "provisioner/front/cli/table.h"

#include <algorithm>
#include <iostream>

#include "provisioner/base/base/one_line.h"
#include "provisioner/base/value/json.h"

namespace provisioner::cli {

void Table::add(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = base::one_line(cell);
  rows_.push_back(std::move(cells));
}

void Table::print(std::ostream& out) const {
  print(out, [](const std::string& cell, std::size_t) { return cell; });
}

void Table::print(std::ostream& out, const Paint& paint) const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_)
    for (std::size_t at = 0; at < row.size(); ++at)
      widths[at] = std::max(widths[at], row[at].size());
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t at = 0; at < row.size(); ++at) {
      line += paint(row[at], at);
      if (at + 1 < row.size()) line += std::string(widths[at] - row[at].size() + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);  // what a row lacks at its beginning stays blank
    out << line << "\n";
  }
}

void print_json(const value::Value& value) {
  std::cout << value::write_json(value, {.indent = 4}) << "\n";
}

}  // namespace provisioner::cli
