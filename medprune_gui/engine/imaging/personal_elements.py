"""Which elements of a DICOM file tell who the patient is, or who was there.

From table E.1-1 of PS3.15 (Basic Application Level Confidentiality Profile): the elements that name persons, places,
dates, identifiers and free texts. UIDs, which the profile replaces, stay: they name the image and tell nothing to a
reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Every person is personal, every date and time tells when.
_PERSONAL_VRS = frozenset({"PN", "DA", "DT", "TM"})
# Of `Volume.texts`, those that go where personal data are hidden. The profile removes Series Description and Study
# Description with the names and dates, since people type names into them; files and folders are often named after
# patients. What is left tells the kind of image only.
_PERSONAL_TEXTS = frozenset({"patient", "date", "description", "name", "file"})
# Free texts are personal as a kind: people type names into them.
_FREE_TEXT_VRS = frozenset({"LT", "ST", "UT"})
_KEYWORDS = frozenset(
    [
        "AccessionNumber",
        "AcquisitionComments",
        "AcquisitionContextSequence",
        "AcquisitionDeviceProcessingDescription",
        "AcquisitionProtocolDescription",
        "AdditionalPatientHistory",
        "AdmissionID",
        "AdmittingDiagnosesCodeSequence",
        "AdmittingDiagnosesDescription",
        "Allergies",
        "BranchOfService",
        "CassetteID",
        "ClinicalTrialSubjectID",
        "ClinicalTrialSubjectReadingID",
        "ClinicalTrialProtocolEthicsCommitteeApprovalNumber",
        "ConfidentialityConstraintOnPatientDataDescription",
        "CountryOfResidence",
        "CurrentPatientLocation",
        "CustodialOrganizationSequence",
        "DetectorID",
        "DeviceSerialNumber",
        "EthnicGroup",
        "FillerOrderNumberImagingServiceRequest",
        "GantryID",
        "GeneratorID",
        "HumanPerformerOrganization",
        "IdentifyingComments",
        "ImageComments",
        "ImagingServiceRequestComments",
        "InstitutionAddress",
        "InstitutionName",
        "InstitutionalDepartmentName",
        "InstitutionCodeSequence",
        "InsurancePlanIdentification",
        "IssuerOfAdmissionID",
        "IssuerOfPatientID",
        "IssuerOfServiceEpisodeID",
        "MedicalAlerts",
        "MedicalRecordLocator",
        "MilitaryRank",
        "NamesOfIntendedRecipientsOfResults",
        "Occupation",
        "OrderEntererLocation",
        "OrderEnteredBy",
        "OtherPatientIDs",
        "OtherPatientIDsSequence",
        "PatientAddress",
        "PatientAge",
        "PatientBirthName",
        "PatientComments",
        "PatientID",
        "PatientInstitutionResidence",
        "PatientInsurancePlanCodeSequence",
        "PatientPrimaryLanguageCodeSequence",
        "PatientReligiousPreference",
        "PatientSex",
        "PatientSexNeutered",
        "PatientSize",
        "PatientState",
        "PatientTelecomInformation",
        "PatientTelephoneNumbers",
        "PatientTransportArrangements",
        "PatientWeight",
        "PerformedLocation",
        "PerformedProcedureStepID",
        "PerformedStationAETitle",
        "PerformedStationName",
        "PhysiciansOfRecordIdentificationSequence",
        "PlacerOrderNumberImagingServiceRequest",
        "PlateID",
        "PregnancyStatus",
        "ProtocolName",
        "ReasonForStudy",
        "ReasonForTheRequestedProcedure",
        "ReferringPhysicianAddress",
        "ReferringPhysicianTelephoneNumbers",
        "RegionOfResidence",
        "RequestAttributesSequence",
        "RequestedProcedureComments",
        "RequestedProcedureDescription",
        "RequestedProcedureID",
        "RequestedProcedureLocation",
        "RequestingService",
        "ResponsibleOrganization",
        "ResultsID",
        "ScheduledPerformingPhysicianIdentificationSequence",
        "ScheduledProcedureStepID",
        "ScheduledStationAETitle",
        "ScheduledStationName",
        "ScheduledStudyLocation",
        "SeriesDescription",
        "ServiceEpisodeDescription",
        "ServiceEpisodeID",
        "SmokingStatus",
        "SpecialNeeds",
        "StationName",
        "StudyComments",
        "StudyDescription",
        "StudyID",
        "TimezoneOffsetFromUTC",
        "VisitComments",
    ]
)


def impersonal(texts: Mapping[str, str]) -> dict[str, str]:
    """Return those of a volume's texts that may be shown to everybody."""
    return {kind: text for kind, text in texts.items() if kind not in _PERSONAL_TEXTS}


def is_personal(keyword: str, vr: str, private: bool) -> bool:
    """Return whether an element may tell who the patient is; private ones may always, as no table says what they hold.

    Parameters
    ----------
    keyword
        Of the element, as in PS3.6; empty where there is none.
    vr
        Its value representation.
    private
        Whether its group is odd.
    """
    return private or vr in _PERSONAL_VRS or vr in _FREE_TEXT_VRS or keyword in _KEYWORDS
