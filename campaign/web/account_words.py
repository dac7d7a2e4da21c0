"""What the account pages say: the library's sentences in our words and languages."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

Message = tuple[LazyString, str]

ERRORS = {
    "GENERIC_AUTHN_FAILED": _l("Address and password don't fit together. Try again, or use a passkey."),
    "INVALID_EMAIL_ADDRESS": _l("Write a mail address such as name@example.org."),
    "EMAIL_NOT_PROVIDED": _l("Write your mail address."),
    "PASSWORD_NOT_PROVIDED": _l("Write your password."),
    "API_ERROR": _l("That isn't possible as it stands. Please look at what you typed."),
    "INVALID_INPUT": _l("That isn't possible as it stands. Please look at what you typed."),
    "INVALID_INPUT_LENGTH": _l("This is too long."),
    "INVALID_REDIRECT": _l("That isn't possible as it stands. Please look at what you typed."),
    "USER_DOES_NOT_EXIST": _l("Address and password don't fit together. Try again, or use a passkey."),
    "INVALID_PASSWORD": _l("This isn't your password."),
    "PASSWORD_INVALID_LENGTH": _l("A password needs at least %(length)s characters."),
    "RETYPE_PASSWORD_MISMATCH": _l("The two passwords differ."),
    "PASSWORD_IS_THE_SAME": _l("Choose another password than the one before."),
    "INVALID_RESET_PASSWORD_TOKEN": _l("This link was used already, or its time is over. Ask for a new one."),
    "PASSWORD_RESET_EXPIRED": _l("This link was used already, or its time is over. Ask for a new one."),
    "DISABLED_ACCOUNT": _l("Address and password don't fit together. Try again, or use a passkey."),
    "REAUTHENTICATION_REQUIRED": _l("Please sign in once more for this step."),
    "REFRESH": _l("Please sign in once more for this step."),
    "LOGIN": _l("Please sign in to see this page."),
    "UNAUTHENTICATED": _l("Please sign in to see this page."),
    "WEBAUTHN_EXPIRED": _l("That took too long. Please start again."),
    "WEBAUTHN_NAME_REQUIRED": _l("Give the passkey a name, such as the device it is on."),
    "WEBAUTHN_NAME_INUSE": _l("You have a passkey of this name already."),
    "WEBAUTHN_NAME_NOT_FOUND": _l("There is no passkey of this name."),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": _l("Use letters, digits and spaces in the name."),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": _l("This passkey is added already."),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": _l("This passkey isn't known here."),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": _l("This passkey isn't known here."),
    "WEBAUTHN_NO_VERIFY": _l("The passkey could not be checked. Please try again."),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": _l("This passkey isn't known here."),
    "WEBAUTHN_MISMATCH_USER_HANDLE": _l("This passkey isn't known here."),
}
DONE = {
    "GENERIC_RECOVERY": _l("If there is an account with this address, a link to choose a password is on its way."),
    "PASSWORD_RESET_REQUEST": _l(
        "If there is an account with this address, a link to choose a password is on its way."
    ),
    "PASSWORD_RESET": _l("Your password is changed, and you are signed in."),
    "PASSWORD_RESET_NO_LOGIN": _l("Your password is changed. Sign in with it."),
    "PASSWORD_CHANGE": _l("Your password is changed."),
    "REAUTHENTICATION_SUCCESSFUL": _l("Thank you. Go on."),
    "WEBAUTHN_REGISTER_SUCCESSFUL": _l("The passkey %(name)s is added."),
    "WEBAUTHN_CREDENTIAL_DELETED": _l("The passkey %(name)s is removed."),
}
SUBJECTS = {
    "PASSWORD_RESET": _l("Choose a new password"),
    "PASSWORD_NOTICE": _l("Your password was changed"),
    "PASSWORD_CHANGE_NOTICE": _l("Your password was changed"),
}


def messages() -> dict[str, Message | LazyString]:
    """Return the library's settings for its messages, the kinds being our two: message and error."""
    return (
        {f"SECURITY_MSG_{name}": (words, "error") for name, words in ERRORS.items()}
        | {f"SECURITY_MSG_{name}": (words, "message") for name, words in DONE.items()}
        | {f"SECURITY_EMAIL_SUBJECT_{name}": words for name, words in SUBJECTS.items()}
    )
