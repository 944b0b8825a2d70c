// A report on users for people and for programs.

#include "provisioner/front/platform/users_shown.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <set>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/view/terminal.h"
#include "provisioner/front/view/users/users_page.h"
#include "provisioner/platform/users/record.h"

namespace provisioner::platform {
namespace {

using users::Finding;
using users::Home;
using users::Row;
using users::Verdict;
using value::Dict;
using value::List;
using value::Value;

constexpr std::array all_verdicts = {
    Verdict::ok,       Verdict::no_ldap,       Verdict::uid_differs,    Verdict::no_primary_gid,
    Verdict::bad_name, Verdict::duplicate_uid, Verdict::over_16_groups, Verdict::range_clash};
constexpr std::size_t verdict_column = 5;

bool has(const Row& row, Verdict verdict) {
  if (verdict == Verdict::ok) return !row.is_red();
  return std::ranges::find(row.findings, verdict, &Finding::verdict) != row.findings.end();
}

// How many users have each; one with two faults is counted at both.
std::vector<std::pair<std::string, std::size_t>> counts_of(const users::Report& report) {
  std::vector<std::pair<std::string, std::size_t>> counts;
  for (const Verdict verdict : all_verdicts)
    counts.emplace_back(name_of(verdict), std::ranges::count_if(report.rows, [&](const Row& row) {
                          return has(row, verdict);
                        }));
  return counts;
}

std::string number_text(const std::optional<std::uint32_t>& number) {
  return number ? std::to_string(*number) : "-";
}

std::string homes_text(const Row& row) {
  std::vector<std::string> parts;
  for (const Home* home : row.homes)
    parts.push_back(home->of_export + ": " + std::to_string(home->uid));
  return base::join(parts, ", ");
}

// "no-ldap; bad-name", "ok".
std::string verdicts_text(const Row& row) {
  std::vector<std::string> names;
  for (const Finding& finding : row.findings) names.emplace_back(name_of(finding.verdict));
  return names.empty() ? "ok" : base::join(names, "; ");
}

std::string summary_of(const UsersReport& told) {
  const std::size_t all = told.report.rows.size(), red = told.report.red();
  std::string text = base::counted(all, "user") + ", ";
  return text + (red == 0 ? "all of whose numbers agree"
                          : std::to_string(red) + " of whom must not start");
}

void add_rows(cli::Table& table, const Row& row) {
  std::vector<std::string> cells = {row.user, row.has_account ? "yes" : "no", number_text(row.uid),
                                    number_text(row.gid), std::to_string(row.groups)};
  if (!row.is_red()) cells.insert(cells.end(), {"ok", ""});
  for (const Finding& finding : row.findings) {
    cells.resize(verdict_column);
    cells.emplace_back(name_of(finding.verdict));
    cells.push_back(finding.because);
    table.add(cells);
    table.add({"", "", "", "", "", "", finding.next});
    cells.assign(verdict_column, "");
  }
  if (!row.is_red()) table.add(cells);
}

// A cell of RFC 4180, which a spreadsheet does not take for a formula.
std::string csv_cell(const std::string& text) {
  const bool is_formula =
      !text.empty() && std::string("=+-@\t\r").find(text[0]) != std::string::npos;
  const std::string cell = is_formula ? "'" + text : text;
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  return "\"" + base::replace_all(cell, "\"", "\"\"") + "\"";
}

Value number_or_none(const std::optional<std::uint32_t>& number) {
  return number ? Value(std::int64_t{*number}) : Value();
}

List texts(const std::vector<std::string>& all) { return {all.begin(), all.end()}; }

std::int64_t count_of(std::size_t count) { return static_cast<std::int64_t>(count); }

Value row_as_value(const Row& row) {
  List homes, findings;
  for (const Home* home : row.homes)
    homes.emplace_back(Dict{{"export", home->of_export},
                            {"path", home->path},
                            {"uid", std::int64_t{home->uid}},
                            {"gid", std::int64_t{home->gid}},
                            {"mode", home->mode}});
  for (const Finding& finding : row.findings)
    findings.emplace_back(Dict{{"verdict", std::string(name_of(finding.verdict))},
                               {"because", finding.because},
                               {"next", finding.next}});
  return Dict{{"user", row.user},
              {"at_issuer", row.has_account},
              {"dn", row.dn},
              {"uid_number", number_or_none(row.uid)},
              {"gid_number", number_or_none(row.gid)},
              {"groups", count_of(row.groups)},
              {"homes", std::move(homes)},
              {"verdict", row.is_red() ? std::string(name_of(row.findings.front().verdict)) : "ok"},
              {"findings", std::move(findings)}};
}

view::UserLine line_of(const Row& row, const std::set<std::string>& pilots) {
  view::UserLine line{.user = row.user,
                      .uid = number_text(row.uid),
                      .gid = number_text(row.gid),
                      .groups = std::to_string(row.groups),
                      .homes = homes_text(row),
                      .has_account = row.has_account,
                      .is_pilot = pilots.contains(row.user),
                      .faults = {}};
  for (const Finding& finding : row.findings)
    line.faults.push_back({std::string(name_of(finding.verdict)), finding.because, finding.next});
  return line;
}

}  // namespace

std::vector<std::string> UsersReport::red_among(const std::vector<std::string>& users) const {
  const std::set<std::string> names(users.begin(), users.end());
  std::vector<std::string> red;
  for (const std::string& name : names) {
    const Row* row = report.row_of(name);
    if (row == nullptr || row->is_red()) red.push_back(name);
  }
  return red;
}

void print_users(const UsersReport& told, Shown which) {
  const view::Terminal terminal(STDOUT_FILENO);
  cli::Table table({"USER", "ISSUER", "UID", "GID", "GROUPS", "VERDICT", "WHY, AND WHAT TO DO"});
  for (const Row& row : told.report.rows)
    if (row.is_red() || which == Shown::all) add_rows(table, row);
  if (told.report.red() > 0 || which == Shown::all)
    table.print(std::cout, [&](const std::string& cell, std::size_t column) {
      if (column != verdict_column || cell == "VERDICT" || cell.empty()) return cell;
      return terminal.coloured(cell, cell == "ok" ? view::Colour::ok : view::Colour::error);
    });
  std::cout << summary_of(told) << "\n";
  for (const auto& [verdict, count] : counts_of(told.report))
    if (count > 0) std::cout << "  " << verdict << ": " << count << "\n";
  for (const std::string& note : told.report.notes)
    std::cout << "note: " << base::escape_for_terminal(note) << "\n";
  for (const std::string& fault : told.issuer_faults)
    std::cout << "the issuer '" << base::escape_for_terminal(told.issuer)
              << "': " << base::escape_for_terminal(fault) << "\n";
  const std::vector<std::string> pilots = told.red_among(told.pilots);
  if (!pilots.empty())
    std::cout << "pilots who must not start: "
              << base::escape_for_terminal(base::join(pilots, ", ")) << "\n";
}

void print_users_csv(std::ostream& out, const UsersReport& told) {
  out << users::table_head << "\r\n";
  for (const Row& row : told.report.rows) {
    std::vector<std::string> because, next;
    for (const Finding& finding : row.findings) {
      because.push_back(finding.because);
      next.push_back(finding.next);
    }
    const std::vector<std::string> cells = {row.user,
                                            row.has_account ? "yes" : "no",
                                            row.dn,
                                            row.uid ? std::to_string(*row.uid) : "",
                                            row.gid ? std::to_string(*row.gid) : "",
                                            std::to_string(row.groups),
                                            homes_text(row),
                                            verdicts_text(row),
                                            base::join(because, "; "),
                                            base::join(next, "; ")};
    for (std::size_t at = 0; at < cells.size(); ++at)
      out << (at == 0 ? "" : ",") << csv_cell(cells[at]);
    out << "\r\n";
  }
}

value::Value users_record(const UsersReport& told) {
  return Dict{{"instance", told.instance},
              {"finished", os::utc_text(told.finished)},
              {"users", count_of(told.report.rows.size())},
              {"red", count_of(told.report.red())},
              {"pilots", texts(told.pilots)},
              {"pilots_red", texts(told.red_among(told.pilots))},
              {"issuer_faults", count_of(told.issuer_faults.size())},
              {"many_groups",
               told.report.many_groups ? users::as_value(*told.report.many_groups) : Value()}};
}

value::Value users_as_value(const UsersReport& told) {
  Dict all = users_record(told).dict();
  Dict verdicts;
  for (const auto& [verdict, count] : counts_of(told.report))
    verdicts.set(verdict, count_of(count));
  List rows;
  for (const Row& row : told.report.rows) rows.push_back(row_as_value(row));
  all.set("issuer_faults", texts(told.issuer_faults));
  all.set("verdicts", std::move(verdicts));
  all.set("notes", texts(told.report.notes));
  all.set("rows", std::move(rows));
  return all;
}

void write_users_page(std::ostream& out, const UsersReport& told) {
  const std::set<std::string> pilots(told.pilots.begin(), told.pilots.end());
  view::UsersPage page{.time = told.finished,
                       .instance = told.instance,
                       .summary = summary_of(told),
                       .verdicts = counts_of(told.report),
                       .issuer_faults = told.issuer_faults,
                       .notes = told.report.notes,
                       .users = {}};
  for (const Row& row : told.report.rows) page.users.push_back(line_of(row, pilots));
  view::write_users_page(out, page);
}

}  // namespace provisioner::platform
