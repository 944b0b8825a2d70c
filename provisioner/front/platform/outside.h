#pragma once

#include <string>

#include "provisioner/base/http/client.h"
#include "provisioner/platform/gates/answer.h"

namespace provisioner::platform {

// Asks for a page from this controller, which is outside of the cluster: "yes" for any answer of
// HTTP, else why there is none, in one line.
std::string answer_from_outside(const std::string& url);

// The same as a whole answer, of a server that the system's authorities vouch for, or the site's
// own. Never throws for what the server does.
gates::Answer asked_from_outside(const http::Request& request);

}  // namespace provisioner::platform
