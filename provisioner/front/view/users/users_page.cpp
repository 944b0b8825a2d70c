// Users and their faults as a page.

#include "provisioner/front/view/users/users_page.h"

#include <algorithm>
#include <ostream>

#include "provisioner/front/view/report/html.h"
#include "provisioner/front/view/report/page_frame.h"
#include "provisioner/front/view/users/users_style.h"

namespace provisioner::view {
namespace {

void write_head(std::ostream& out, const UsersPage& page, std::size_t red) {
  const bool is_bad = red > 0 || !page.issuer_faults.empty();
  out << "<header>\n<span class=\"verdict " << (is_bad ? "bad" : "good") << "\">"
      << (is_bad ? "faults" : "all agree") << "</span>\n<h1>Users of " << html(page.instance)
      << "</h1>\n<p>" << html(page.summary) << "</p>\n<p><small>" << time_text(page.time)
      << " UTC</small></p>\n<div class=tiles>\n";
  for (const auto& [verdict, count] : page.verdicts)
    out << "<div class=\"tile" << (verdict != "ok" && count > 0 ? " failed" : "") << "\"><b>"
        << count << "</b><span>" << html(verdict) << "</span></div>\n";
  out << "</div>\n</header>\n";
}

void write_list(std::ostream& out, const char* title, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  out << "<section>\n<h2>" << title << "</h2>\n<ul class=notes>\n";
  for (const std::string& line : lines) out << "<li>" << html(line) << "</li>\n";
  out << "</ul>\n</section>\n";
}

void write_user(std::ostream& out, const UserLine& user, bool has_faults) {
  out << "<tr><th" << (user.is_pilot ? " class=pilot" : "") << ">" << html(user.user) << "<td>"
      << (user.has_account ? "yes" : "no") << "<td class=number>" << html(user.uid)
      << "<td class=number>" << html(user.gid) << "<td class=number>" << html(user.groups) << "<td>"
      << html(user.homes);
  if (has_faults) out << "<td>";
  for (const UserLine::Fault& fault : user.faults)
    out << "<div class=fault><b class=\"badge failed\">" << html(fault.verdict) << "</b> "
        << html(fault.because) << "<span class=next>" << html(fault.next) << "</span></div>";
  out << "</tr>\n";
}

void write_users(std::ostream& out, const UsersPage& page, bool has_faults) {
  out << "<div class=scroll>\n<table class=users>\n<thead><tr><th>User<th>Issuer<th>UID<th>GID"
         "<th>Groups<th>Homes"
      << (has_faults ? "<th>Why, and what to do" : "") << "</tr></thead>\n<tbody>\n";
  for (const UserLine& user : page.users)
    if (user.faults.empty() != has_faults) write_user(out, user, has_faults);
  out << "</tbody>\n</table>\n</div>\n";
}

}  // namespace

void write_users_page(std::ostream& out, const UsersPage& page) {
  const auto red = static_cast<std::size_t>(
      std::ranges::count_if(page.users, [](const UserLine& user) { return !user.faults.empty(); }));
  write_page_begin(out, "Users of " + page.instance, users_style());
  write_head(out, page, red);
  write_list(out, "The issuer", page.issuer_faults);
  if (red > 0) {
    out << "<section>\n<h2>Who must not start</h2>\n";
    write_users(out, page, true);
    out << "</section>\n";
  }
  write_list(out, "To be known", page.notes);
  if (red < page.users.size()) {
    out << "<section>\n<details class=more>\n<summary>" << page.users.size() - red
        << " users whose numbers agree</summary>\n";
    write_users(out, page, false);
    out << "</details>\n</section>\n";
  }
  write_page_end(out);
}

}  // namespace provisioner::view
