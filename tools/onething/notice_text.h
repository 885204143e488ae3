// The notice to the applicant (一次告知) as a page of text: the situation, the items, one form, one
// set of materials, the limit, and what the bundle saves.

#ifndef ONETHING_TOOLS_ONETHING_NOTICE_TEXT_H_
#define ONETHING_TOOLS_ONETHING_NOTICE_TEXT_H_

#include <string>

#include "google/protobuf/map.h"
#include "onething/workflow/v1/cases.pb.h"

namespace onething::tool {

// The notice for these answers (question → option); of one that leads out of the bundle only why,
// and where to go instead.
std::string NoticeText(const workflow::v1::Notice& notice,
                       const google::protobuf::Map<std::string, std::string>& answers);

}  // namespace onething::tool

#endif  // ONETHING_TOOLS_ONETHING_NOTICE_TEXT_H_
