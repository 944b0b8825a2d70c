// Which lines changed, and Python's way to print a value.

#include "provisioner/front/view/line_diff.h"

#include <algorithm>
#include <vector>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"

namespace provisioner::view {
namespace {

using Lines = std::vector<std::string>;

Lines lines_with_ends(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      lines.push_back(std::string(text) + "\n\\ No newline at end of file\n");
      break;
    }
    lines.emplace_back(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
  }
  return lines;
}

struct Edit {
  char kind;  // ' ', '-', '+'
  std::size_t before, after;
};

// The longest common subsequence of what differs between a common head and tail. Quadratic, so
// bounded: beyond the bound everything in between counts as replaced.
std::vector<Edit> edits(const Lines& before, const Lines& after) {
  constexpr std::size_t largest_table = 4'000'000;
  std::size_t head = 0;
  while (head < before.size() && head < after.size() && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < before.size() - head && tail < after.size() - head &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
    ++tail;
  const std::size_t rows = before.size() - head - tail, columns = after.size() - head - tail;
  std::vector<Edit> list;
  for (std::size_t at = 0; at < head; ++at) list.push_back({' ', at, at});

  std::vector<std::vector<std::uint32_t>> common;
  if (rows * columns <= largest_table) {
    common.assign(rows + 1, std::vector<std::uint32_t>(columns + 1, 0));
    for (std::size_t row = rows; row-- > 0;)
      for (std::size_t column = columns; column-- > 0;)
        common[row][column] = before[head + row] == after[head + column]
                                  ? common[row + 1][column + 1] + 1
                                  : std::max(common[row + 1][column], common[row][column + 1]);
  }
  std::size_t row = 0, column = 0;
  while (row < rows || column < columns) {
    const bool is_same = !common.empty() && row < rows && column < columns &&
                         before[head + row] == after[head + column];
    if (is_same) {
      list.push_back({' ', head + row++, head + column++});
    } else if (row < rows && (column == columns || common.empty() ||
                              common[row + 1][column] >= common[row][column + 1])) {
      list.push_back({'-', head + row++, head + column});
    } else {
      list.push_back({'+', head + row, head + column++});
    }
  }
  for (std::size_t at = 0; at < tail; ++at)
    list.push_back({' ', head + rows + at, head + columns + at});
  return list;
}

std::string range(std::size_t first, std::size_t count) {
  if (count == 1) return std::to_string(first + 1);
  return std::to_string(count == 0 ? first : first + 1) + "," + std::to_string(count);
}

}  // namespace

std::string unified_diff(std::string_view before_text, std::string_view after_text, int context) {
  const Lines before = lines_with_ends(before_text), after = lines_with_ends(after_text);
  const std::vector<Edit> list = edits(before, after);
  const auto around = static_cast<std::size_t>(context);
  std::string text;
  for (std::size_t at = 0; at < list.size();) {
    if (list[at].kind == ' ') {
      ++at;
      continue;
    }
    const std::size_t begin = at > around ? at - around : 0;
    std::size_t last = at;
    for (std::size_t next = at; next < list.size() && next <= last + 2 * around; ++next)
      if (list[next].kind != ' ') last = next;
    const std::size_t end = std::min(list.size(), last + around + 1);
    std::size_t removed = 0, added = 0;
    std::string hunk;
    for (std::size_t index = begin; index < end; ++index) {
      const Edit& edit = list[index];
      removed += edit.kind != '+';
      added += edit.kind != '-';
      hunk += edit.kind + (edit.kind == '+' ? after[edit.after] : before[edit.before]);
    }
    text += "@@ -" + range(list[begin].before, removed) + " +" + range(list[begin].after, added) +
            " @@\n" + hunk;
    at = end;
  }
  return text;
}

std::string python_text(const value::Value& value) {
  using value::Kind;
  switch (value.kind()) {
    case Kind::none:
      return "None";
    case Kind::boolean:
      return value.boolean() ? "True" : "False";
    case Kind::string: {
      const bool has_single = value.text().find('\'') != std::string::npos;
      const char quote = has_single && value.text().find('"') == std::string::npos ? '"' : '\'';
      std::string text(1, quote);
      for (const char byte : value.text()) {
        if (byte == '\\' || byte == quote) text += '\\';
        if (byte == '\n')
          text += "\\n";
        else
          text += byte;
      }
      return text + quote;
    }
    case Kind::list: {
      std::string text = "[";
      for (const auto& item : value.list())
        text += (text.size() > 1 ? ", " : "") + python_text(item);
      return text + "]";
    }
    case Kind::dict: {
      std::string text = "{";
      for (const auto& [key, item] : value.dict())
        text += (text.size() > 1 ? ", " : "") + python_text(key) + ": " + python_text(item);
      return text + "}";
    }
    default:
      return value::write_json(value);
  }
}

}  // namespace provisioner::view
