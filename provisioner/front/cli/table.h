#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::cli {

// Columns of text for people, each as wide as its widest cell. What came from elsewhere is
// escaped, and stays in its line and column.
class Table {
 public:
  explicit Table(std::vector<std::string> heads) : rows_{std::move(heads)} {}
  void add(std::vector<std::string> cells);
  void print(std::ostream& out) const;

  // A cell as it is shown, with colours that take no room. It may not change what is read.
  using Paint = std::function<std::string(const std::string& cell, std::size_t column)>;
  void print(std::ostream& out, const Paint& paint) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

void print_json(const value::Value& value);  // indented, on the standard output

}  // namespace provisioner::cli
