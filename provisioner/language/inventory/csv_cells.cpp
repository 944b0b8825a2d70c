// RFC 4180 tables.

#include "provisioner/language/inventory/csv_cells.h"

#include "provisioner/base/base/text.h"

namespace provisioner::inventory {
namespace {

class CsvReader {
 public:
  explicit CsvReader(base::SourceId source) : source_(source), text_(source.source().text) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = line_begin_ = 3;
  }

  std::vector<std::vector<Cell>> read() {
    std::vector<std::vector<Cell>> rows;
    while (at_ < text_.size()) {
      if (is_left_out()) {
        skip_line();
        continue;
      }
      rows.push_back(row());
    }
    return rows;
  }

 private:
  base::Pos pos() const {
    return {source_, line_, static_cast<std::uint32_t>(at_ - line_begin_) + 1};
  }

  bool is_left_out() const {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::string_view line = base::trim(text_.substr(at_, end - at_));
    return line.empty() || line.front() == '#';
  }

  void skip_line() {
    at_ = std::min(text_.find('\n', at_), text_.size());
    end_line();
  }

  void end_line() {
    if (at_ < text_.size()) ++at_;
    ++line_;
    line_begin_ = at_;
  }

  bool is_at_end_of_line() const { return at_ >= text_.size() || text_[at_] == '\n'; }

  void skip_blanks() {
    while (!is_at_end_of_line() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }

  std::vector<Cell> row() {
    std::vector<Cell> cells;
    while (true) {
      skip_blanks();
      Cell next{"", pos()};
      next.text = !is_at_end_of_line() && text_[at_] == '"' ? quoted(next.pos) : plain();
      cells.push_back(std::move(next));
      skip_blanks();
      if (is_at_end_of_line()) break;
      if (text_[at_] != ',')
        throw base::Error(base::Kind::input, "a comma is expected behind a quoted cell", pos());
      ++at_;
    }
    end_line();
    return cells;
  }

  std::string plain() {
    const std::size_t begin = at_;
    while (!is_at_end_of_line() && text_[at_] != ',') ++at_;
    return std::string(base::trim(text_.substr(begin, at_ - begin)));
  }

  std::string quoted(base::Pos begin) {
    std::string cell;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        if (text_.substr(at_, 2) != "\"\"") {
          ++at_;
          return cell;
        }
        ++at_;
      } else if (text_[at_] == '\n') {
        ++line_;
        line_begin_ = at_ + 1;
      }
      cell += text_[at_];
    }
    throw base::Error(base::Kind::input, "the quote that begins here is not closed", begin);
  }

  base::SourceId source_;
  std::string_view text_;
  std::size_t at_ = 0, line_begin_ = 0;
  std::uint32_t line_ = 1;
};

}  // namespace

std::vector<std::vector<Cell>> read_csv(base::SourceId source) { return CsvReader(source).read(); }

}  // namespace provisioner::inventory
