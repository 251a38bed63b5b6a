"""All tables as they stand after the migrations this one replaces: what a new portal makes at once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('reports', '0001_initial'), ('reports', '0002_bulletin_returned')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('campaigns', '0005_festivals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bulletin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('monday', models.DateField(verbose_name='week from')),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('reviewed', 'reviewed'), ('signed', 'signed'), ('published', 'published')], default='draft', max_length=10, verbose_name='state')),
                ('year', models.PositiveIntegerField(blank=True, null=True)),
                ('no', models.PositiveIntegerField(blank=True, null=True)),
                ('total_no', models.PositiveIntegerField(blank=True, null=True)),
                ('sections', models.JSONField(default=dict)),
                ('figures', models.JSONField(default=dict)),
                ('figures_at', models.DateTimeField(blank=True, null=True)),
                ('signed_name', models.CharField(blank=True, max_length=40, verbose_name='signed by')),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='signed on')),
                ('returned_at', models.DateTimeField(blank=True, null=True)),
                ('return_reason', models.CharField(blank=True, max_length=300)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('frozen', models.JSONField(default=dict)),
                ('pdf', models.CharField(blank=True, max_length=120)),
                ('pdf_sha256', models.CharField(blank=True, max_length=64)),
                ('version', models.PositiveIntegerField(default=1)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bulletins', to='campaigns.campaign')),
                ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='reports.bulletin')),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('receivers', models.ManyToManyField(blank=True, related_name='+', to='accounts.department', verbose_name='only for')),
                ('returned_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signature', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.storedfile')),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'bulletin',
                'ordering': ['-monday', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'year', 'no'), name='bulletin_number_once'), models.UniqueConstraint(fields=('campaign', 'total_no'), name='bulletin_total_once')],
            },
        ),
    ]
