#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace provisioner::base {

// A text that must not be seen: no stream operator, no comparison by accident, wiped when the last
// copy goes, and known to the redactor from its birth. Read it only where it is handed to its one
// purpose.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text);

  bool is_empty() const { return !text_ || text_->empty(); }
  std::string_view reveal() const { return text_ ? std::string_view(*text_) : std::string_view(); }

 private:
  std::shared_ptr<const std::string> text_;
};

// Replaces every secret known to this process by "***", also in its base64, hex, URL and JSON
// forms. Secrets under four bytes are not looked for: they would hide ordinary text. Any thread.
std::string redact(std::string text);

// True if some secret known to this process stands in the text; for tests and for the last gate of
// a sink.
bool holds_secret(std::string_view text);

}  // namespace provisioner::base
