"""What a choice is called, in the reader's language."""

from django.utils.encoding import force_str


class Labelled:
    """For models with choices. Django's own get_…_display hashes every label of the field for each row that is shown."""

    def _get_FIELD_display(self, field):
        value = getattr(self, field.attname)
        return force_str(dict(field.flatchoices).get(value, value), strings_only=True)
