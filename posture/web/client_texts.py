"""Texts of the client and compare pages; part of :mod:`posture.web.texts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from posture.comparison.sentences import DRAWN_IN
from posture.web.studio_texts import STUDIO_TEXTS

CLIENT_TEXTS: Final[Mapping[str, str]] = {
    "nav_clients": "Clients",
    "nav_compare": "Compare",
    "nav_studio": "Studio",
    # ---- days and counts
    "day": "{day} {month} {year}",
    "month_1": "Jan",
    "month_2": "Feb",
    "month_3": "Mar",
    "month_4": "Apr",
    "month_5": "May",
    "month_6": "Jun",
    "month_7": "Jul",
    "month_8": "Aug",
    "month_9": "Sep",
    "month_10": "Oct",
    "month_11": "Nov",
    "month_12": "Dec",
    "photos_none": "no photo",
    "photos_one": "1 photo",
    "photos_many": "{count} photos",
    "visits_none": "no visit yet",
    "visits_one": "1 visit",
    "visits_many": "{count} visits",
    "visits_last": "{visits}, last on {day}",
    "clients_count_one": "1 client",
    "clients_count_many": "{count} clients",
    "consent_photos_none": "No photo is stored. If you withdraw consent, none will be.",
    "consent_photos_one": "1 photo is stored. If you withdraw consent, it is deleted at once and "
    "for good. Values, outlines and the pictures without a face stay.",
    "consent_photos_many": "{count} photos are stored. If you withdraw consent, they are deleted "
    "at once and for good. Values, outlines and the pictures without a face stay.",
    # ---- list
    "clients_title": "Clients",
    "clients_lead": "Keep visits over time, and see what really changed. All of it stays in one "
    "file on the computer that runs this program.",
    "clients_search": "Search",
    "clients_search_hint": "A name, or part of it",
    "clients_archived": "Archived clients",
    "clients_empty": "There are no clients yet. Add the first one above. Or check a photo, and "
    "save it to a new client there.",
    "clients_not_found": "Nobody goes by that name. Try fewer letters, or look among the archived "
    "clients.",
    "clients_none_archived": "Nobody is archived.",
    "clients_add": "Add a client",
    "clients_add_button": "Add client",
    "clients_added": "The client was added.",
    "clients_back": "All clients",
    "clients_new_visit": "New visit",
    "clients_check": "Go to the photo check",
    "clients_compare": "Compare visits",
    # ---- one client
    "client_name": "Name",
    "client_notes": "Notes",
    "birth_date": "Date of birth",
    "born": "born {day}",
    "client_since": "added {day}",
    "archived_badge": "archived",
    "client_record": "Name, consent, deletion",
    "client_edit": "Name and details",
    "client_save": "Save changes",
    "client_saved": "Saved.",
    "client_archive": "Archive",
    "client_unarchive": "Take out of the archive",
    "client_archive_help": "An archived client leaves the list. Nothing is deleted.",
    "client_archived": "Archived. You will find the client under “Archived clients”.",
    "client_unarchived": "The client is back in the list.",
    # ---- consent
    "consent_title": "Consent to keeping photos",
    "consent_absent": "The client has not agreed that photos are kept. So each visit keeps the "
    "values, the outline and a picture with face and room removed, but no photo.",
    "consent_day": "Day on which the client agreed",
    "consent_give": "The client agrees",
    "consent_given": "Noted. Photos of future visits are kept.",
    "consent_since": "The client agreed on {day} that photos are kept.",
    "consent_past": "Agreed on {given}, withdrawn on {withdrawn}.",
    "consent_withdraw": "Withdraw consent and delete the photos",
    "consent_withdrawn": "Consent is withdrawn. No photo of this client is stored any more.",
    # ---- delete
    "delete_title": "Delete for good",
    "delete_lead": "This deletes the client, all visits ({count}), values, pictures and notes. It "
    "cannot be undone. Backups and exports that you made stay where you put them.",
    "delete_type": "To go on, type the name: {name}",
    "delete_button": "Delete for good",
    "delete_mismatch": "That is not the name. Nothing was deleted.",
    "delete_done": "The client was deleted for good.",
    # ---- files
    "client_export": "Export",
    "client_export_help": "A ZIP file with everything there is: values as JSON and CSV, the "
    "sheet of the last visit as PDF, and the pictures.",
    "client_export_plain": "Export without encryption",
    "client_export_plain_help": "A ZIP file for the client, which anybody who has it can read.",
    "files_clients": "Import, backup and restore",
    "files_large": "Up to {limit} MB. For larger files, use the command “posture clients”.",
    "import_file": "An exported client",
    "import_copy": "Import it as a second client if it is here already",
    "import_button": "Import",
    "import_done": "The client was imported.",
    "backup_lead": "A backup holds all clients, with their pictures, in one file. Keep it where "
    "only you can read it.",
    "backup_button": "Download a backup",
    "restore_file": "A backup to restore",
    "restore_help": "The file that you downloaded as a backup.",
    "restore_sure": "Yes, replace all clients that are here now with the backup",
    "restore_button": "Restore",
    "restore_done": "The backup was restored. What was here before is kept in a file beside it.",
    # ---- passphrase
    "unlock_lead": "The client file is encrypted. Type its passphrase once; it is kept in memory "
    "until you close this page.",
    "unlock_field": "Passphrase",
    "unlock_button": "Open the client file",
    "unlock_file": "Passphrase of this file",
    "unlock_same": "Leave it empty if it is the one that you opened the client file with.",
    "encrypt_lead": "The client file is not encrypted: whoever gets hold of this computer’s disk "
    "can read it. With a passphrase nobody can, not even you if you forget it.",
    "encrypt_is": "The client file is encrypted, and so are its backups and exports.",
    "encrypt_field": "New passphrase",
    "encrypt_again": "New passphrase again",
    "encrypt_button": "Encrypt the client file",
    "encrypt_change": "Change the passphrase",
    "encrypt_remove": "Remove the encryption",
    "encrypt_differ": "The two are not the same: type them again.",
    "encrypt_done": "The client file is encrypted. Backups and exports made before are not: "
    "delete those that you no longer need.",
    "encrypt_removed": "The client file is no longer encrypted.",
    # ---- visits
    "visits_title": "Visits",
    "visits_empty": "There is no visit yet. “New visit” begins the first one.",
    "visits_older": "Show older visits",
    "visit_alt": "The person on {day}, face and room removed.",
    "visit_photos_kept": "The photos are stored.",
    "visit_unreadable": "An earlier version made these values. Check the photos again to compare "
    "them.",
    "visit_grade": "Lower crossed syndrome",
    "visit_grade_earlier": "by the rule of an earlier version",
    "visit_edit": "Change the visit of {day}",
    "visit_report": "Report",
    "visit_plan": "Plan",
    "visit_picture": "Picture",
    "visit_tests": "Tests",
    "visit_change": "Before/after sheet",
    "visit_change_help": "Compared with the first visit, of {day}.",
    "visit_send": "Send",
    "visit_tested": "Tested: {tests}",
    # ---- sending
    "share_device": "Share the report",
    "share_mail": "Write an e-mail",
    "share_subject": "Your posture check of {day}",
    "share_body": "Your report is in the attached file {file}.",
    "share_hint": "The e-mail opens in your own mail program, and the report is saved to your "
    "downloads: attach it there. Nothing is sent through us.",
    # ---- tests of the trainer, one by one
    "nav_tests": "Tests",
    "test_one_by_one": "One by one, with pictures",
    "test_own": "Easiest when somebody watches and reads it off.",
    "test_place": "Test {number} of {total}, about {minutes} minutes in all",
    "test_place_more": "Test {number} of {total}",
    "test_prefilled": "Filled in as on {day}. Change what is different today.",
    "test_next": "Save and go on",
    "test_skip": "Not today",
    "test_back": "Back",
    "test_stop": "Stop here",
    "test_done": "That is all it takes",
    "test_done_lead": "Saved. Result and plan go by it now.",
    "test_finish": "Back to the client",
    "test_more": "{count} more tests",
    "visit_day": "Day",
    "visit_notes": "Notes about this visit",
    "visit_save": "Save",
    "visit_cancel": "Cancel",
    "visit_saved": "The visit was changed.",
    "visit_old_again": "Version 0.1 read these photos and estimated the bone line. Measure them "
    "again, and you get the pelvic tilt too.",
    "visit_old_lost": "Version 0.1 read these photos and estimated the bone line. The photos were "
    "not kept, and the stored outline does not hold enough for the pelvic tilt.",
    "visit_again": "Measure the photos again",
    "visit_again_help": "With the version that runs now. Points that were moved by hand are put "
    "where they were.",
    "visit_again_done": "The photos were measured again.",
    "visit_delete": "Delete this visit",
    "visit_delete_sure": "Yes, delete this visit for good",
    "visit_deleted": "The visit was deleted for good.",
    # ---- how photos were taken
    "protocol_remembered": "Filled in as it was last time. Keep it the same, so that visits can "
    "be compared.",
    "arms": "Arms",
    "arms_crossed_high": "Folded high",
    "arms_clasped_front": "Clasped in front",
    "arms_forward": "Held forward",
    "arms_by_side": "At the sides",
    "arms_other": "Other",
    "stance": "Stance",
    "stance_relaxed": "As usual, at ease",
    "stance_tall": "Standing tall",
    "footwear": "Feet",
    "footwear_barefoot": "Barefoot",
    "footwear_shoes": "Shoes",
    "camera_height": "Lens above the floor, cm",
    "camera_distance": "Distance to the lens, cm",
    "camera_place_help": "With this, the page need not guess where the camera stood.",
    "instruction": "What you said to the client",
    "instruction_hint": "Such as: look straight ahead, breathe out",
    "lens_at": "lens at {height} cm",
    "lens_from": "from {distance} cm",
    # ---- save from the photo check
    "save_title": "Save to a client",
    "save_lead": "For trainers, and for anyone who wants to compare in a few weeks. You can "
    "skip this.",
    "save_whom": "Client",
    "save_new": "A new client",
    "save_button": "Save this visit",
    "save_for": "Save for {name}",
    "save_more": "Set-up, day and notes",
    "whose": "New visit for **{name}**",
    "whose_not": "Somebody else",
    "same_person": "Is this {name}? The proportions of the body differ from the last visit. That "
    "can also come from shoes, clothes or where the camera stood.",
    "same_person_yes": "Yes, same person: save",
    "same_person_no": "No, somebody else",
    "photos_unlike": "Do all photos show the same person? In photo {numbers} the proportions of "
    "the body are unlike those in the first one.",
    "save_done": "Saved for {name}.",
    "save_changed": "Values have changed since then.",
    "save_renew": "Save the changed values",
    "save_photos_kept": "The client agreed that photos are kept.",
    "save_photos_not": "Values, the outline and a picture with face and room removed are kept. "
    "The photo itself is kept only if the client agrees.",
    "save_consent": "The client agrees today that photos are kept",
    "save_to_clients": "See the client",
    "save_to_compare": "Compare visits",
    # ---- compare
    "compare_title": "Compare two visits",
    "compare_lead": "No two photos are quite alike. So each change is held against what chance "
    "alone can do, and is called real only when it is larger.",
    "compare_nobody": "There is nobody to compare yet. Check photos and save them to a client; "
    "after a second visit you see here what changed.",
    "compare_choose": "Choose a client",
    "compare_needs_none": "There is no visit yet. It takes two to compare.",
    "compare_needs_one": "There is one visit so far. After the next one you see here what changed.",
    "compare_same": "Choose two different visits.",
    "compare_tests": "Tests",
    "compare_tests_same_one": "1 other reading is as it was, as far as repeats can tell.",
    "compare_tests_same_many": "{count} other readings are as they were, as far as repeats can "
    "tell.",
    "compare_how": "How sure is this?",
    "compare_differs": "Not everything was the same at both visits, so a change may come from "
    "that.",
    "compare_slide": "Move the line, with a finger, the mouse or the arrow keys",
    "compare_slide_at": "{percent} % of the picture shows the earlier visit",
    "view": "Pictures",
    "view_slider": "Slider",
    "view_side": "Side by side",
    "view_outlines": "Outlines",
    "view_alt": "The person on {day}, with the outline drawn in.",
    "view_outlines_alt": "Both outlines, ankle on ankle, at the same body height.",
    "view_not_whole": "At one of the visits head or feet are not in the picture. So the two "
    "cannot be laid over each other.",
    "view_hide_face": "Hide the face",
    "change_before": "Before",
    "change_after": "After",
    "change_needed": "{measure}: a change counts from {mdc}.",
    "change_own_one": "Based also on 1 repeat photo of this client.",
    "change_own_many": "Based also on {count} repeat photos of this client.",
    "change_from_estimator": "Based on tests with bodies whose change was known. Three photos "
    "at a visit make it more exact.",
    "change_from_default": "Based on how much photos of one person usually differ. Three photos "
    "at a visit make it more exact.",
    "change_from_studio": "Based on the repeat photos of your studio.",
    "change_explained": "A change is named only when chance alone would show as much less than "
    "once in 20 times.",
    "change_drawn": DRAWN_IN,
    "change_restart_one": "The repeat photos of 1 other visit were read by another version and "
    "do not count here: this client's own repeats start again.",
    "change_restart_many": "The repeat photos of {count} other visits were read by another "
    "version and do not count here: this client's own repeats start again.",
    "lines_title": "Over time",
    "lines_intro": "Each dot is a visit. The bar around it holds the true value 9 times out of "
    "10. The two visits that you compare have a ring.",
    "lines_other": "One more measure",
    "lines_choose": "Choose a measure",
    "lines_none": "No visit shows it.",
    **STUDIO_TEXTS,
}
