#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/codes/mask.h"
#include "onething/license/v1/license.pb.h"
#include "tools/onething/call_verb.h"
#include "tools/onething/format.h"
#include "tools/onething/terminal_text.h"

namespace onething::tool {
namespace {

namespace v1 = license::v1;

std::string Validity(const v1::LicenseContent& content) {
  return absl::StrCat(content.valid_from(), " 至 ",
                      content.valid_to().empty() ? "长期" : content.valid_to());
}

void PrintContent(const v1::LicenseContent& content) {
  std::cout << FactLines({{"证照标识", content.identifier()},
                          {"持证主体", FullSubject(content.holder())},
                          {"颁发机构", content.issuer_name() + "  " + content.issuer_code()},
                          {"颁发日期", content.issue_date()},
                          {"有效期", Validity(content)},
                          {"要素", PairsText(content.elements())},
                          {"来源", content.source()}});
}

void PrintLicense(const v1::License& license) {
  std::cout << license.content().type_display_name() << "（" << Word(license.state()) << "）\n";
  PrintContent(license.content());
  std::cout << FactLines({{"原因", license.state_reason()}});
}

void PrintLicenses(const v1::ListLicensesResponse& response) {
  TextTable table({"证照标识", "证照", "持证主体", "有效期", "状态"});
  for (const v1::License& license : response.licenses()) {
    const v1::LicenseContent& content = license.content();
    table.AddRow({content.identifier(), content.type_display_name(),
                  MaskedSubject(content.holder()), Validity(content), Word(license.state())});
  }
  std::cout << table.ToString("", 90);
}

std::string ValidityOf(const v1::LicenseType& type) {
  return type.validity_days() == 0 ? "长期" : absl::StrCat(type.validity_days(), " 天");
}

void PrintType(const v1::LicenseType& type) {
  std::cout << type.display_name() << "\n"
            << FactLines({{"类型代码", type.code()},
                          {"有效期", ValidityOf(type)},
                          {"必备要素", absl::StrJoin(type.required_elements(), "、")}});
}

void PrintTypes(const v1::ListLicenseTypesResponse& response) {
  TextTable table({"类型代码", "证照", "有效期", "必备要素"});
  for (const v1::LicenseType& type : response.license_types()) {
    table.AddRow({type.code(), type.display_name(), ValidityOf(type),
                  absl::StrJoin(type.required_elements(), "、")});
  }
  std::cout << table.ToString();
}

void PrintVerdict(const v1::VerifyLicenseResponse& response) {
  std::cout << Word(response.verdict()) << "：" << response.sentence() << "\n";
  if (response.has_content()) {
    PrintContent(response.content());
  }
  if (!response.state_known()) {
    std::cout << "  本服务不掌握此证照的状态，仅核验了出示的文件\n";
  }
}

bool IsValid(const v1::VerifyLicenseResponse& response) {
  return response.verdict() == v1::VERDICT_VALID;
}

constexpr FieldOption kName{"name", "name", "证照：licenses/{证照标识}，或只写证照标识"};
constexpr FieldOption kReason{"--reason", "reason", "原因"};

}  // namespace

void AddLicenseCommands(CLI::App& app, Program* program) {
  Noun noun(app, program, "license", "电子证照：颁发、核验、暂扣、撤销");
  noun.Call<v1::CreateLicenseTypeRequest>("type-create", "从文件新增证照类型", kEditor,
                                          {{"file", "license_type", "证照类型文件"}}, PrintType);
  noun.Call<v1::GetLicenseTypeRequest>(
      "type-get", "查看证照类型", kEditor,
      {{"name", "name", "证照类型：licenseTypes/{类型代码}，或只写类型代码"}}, PrintType);
  noun.Call<v1::ListLicenseTypesRequest>("type-list", "列出证照类型", kEditor, {}, PrintTypes);
  noun.Call<v1::IssueLicenseRequest>("issue", "从文件颁发证照并签名", kAuthority,
                                     {{"file", "", "颁发请求文件：类型、机构、持证主体、要素"}},
                                     PrintLicense);
  noun.Call<v1::GetLicenseRequest>("get", "查看证照", kAuthorityOrPortal, {kName}, PrintLicense);
  noun.Call<v1::ListLicensesRequest>("list", "列出持证人或颁发机构的证照", kAuthorityOrPortal,
                                     {{"--holder", "holder_code", "持证人：身份号码或信用代码"},
                                      {"--issuer", "issuer_code", "颁发机构（信用代码）"},
                                      {"--type", "type_code", "只列此证照类型"}},
                                     PrintLicenses);
  noun.Call<v1::VerifyLicenseRequest>(
      "verify", "核验证照；不是有效时退出码为 1", kAuthorityOrPortal,
      {{"identifier", "identifier", "证照标识；出示文件时可不写"},
       {"--record", "presented", "出示的证照，license get --json 的输出（.json）"},
       {"--holder", "holder_code", "声称的持证人：身份号码或信用代码"},
       {"--cause", "use_cause", "用途"}},
      PrintVerdict, IsValid);
  noun.Call<v1::SuspendLicenseRequest>("suspend", "暂扣证照", kAuthority, {kName, kReason},
                                       PrintLicense);
  noun.Call<v1::ResumeLicenseRequest>("resume", "发还暂扣的证照", kAuthority, {kName},
                                      PrintLicense);
  noun.Call<v1::RevokeLicenseRequest>("revoke", "撤销证照，不可恢复", kAuthority, {kName, kReason},
                                      PrintLicense);
}

}  // namespace onething::tool
