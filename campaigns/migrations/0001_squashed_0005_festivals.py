"""All tables as they stand after the migrations this one replaces: what a new portal makes at once."""

import campaigns.models
import datetime
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('campaigns', '0001_initial'), ('campaigns', '0002_table_limits'), ('campaigns', '0003_plan'), ('campaigns', '0004_deputies'), ('campaigns', '0005_festivals')]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(unique=True, verbose_name='day')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('is_workday', models.BooleanField(default=False, verbose_name='working day')),
            ],
            options={
                'verbose_name': 'national holiday',
                'verbose_name_plural': 'national holidays',
                'ordering': ['on'],
            },
        ),
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('kind', models.CharField(choices=[('city', 'civilised city'), ('county', 'civilised county'), ('unit', 'civilised unit')], max_length=10, verbose_name='kind')),
                ('grade', models.CharField(choices=[('national', 'national'), ('provincial', 'provincial'), ('municipal', 'municipal'), ('district', 'district')], default='national', max_length=10, verbose_name='grade')),
                ('honour', models.CharField(blank=True, max_length=80, verbose_name='honour aimed at')),
                ('stage', models.CharField(choices=[('preparing', 'preparing'), ('running', 'under way'), ('closed', 'closed')], default='running', max_length=10, verbose_name='stage')),
                ('assessment_from', models.DateField(blank=True, null=True, verbose_name='assessment from')),
                ('assessment_until', models.DateField(blank=True, null=True, verbose_name='assessment until')),
                ('review_year', models.PositiveIntegerField(blank=True, null=True, verbose_name='year of review')),
                ('cutoff_on', models.DateField(help_text='Limit of tasks whose sheet names none.', verbose_name='cut-off date')),
                ('office_name', models.CharField(max_length=80, verbose_name='name of the office')),
                ('headquarters_name', models.CharField(blank=True, max_length=80, verbose_name='name of the headquarters')),
                ('headquarters_head', models.CharField(blank=True, max_length=40, verbose_name='head of the headquarters')),
                ('asks_filing', models.BooleanField(default=False, verbose_name='material is filed online')),
                ('has_territory', models.BooleanField(default=True, verbose_name='towns and streets answer for their area')),
                ('has_sites', models.BooleanField(default=True, verbose_name='has a register of sites')),
                ('liaison_may_submit', models.BooleanField(default=True, verbose_name='a liaison may sign for and submit')),
                ('liaison_may_dispute', models.BooleanField(default=False, verbose_name='a liaison may object')),
                ('inspector_may_issue', models.BooleanField(default=False, verbose_name='an inspector may issue findings')),
                ('leads_most', models.PositiveIntegerField(default=1, help_text='Tasks that more units lead are listed under the gaps.', verbose_name='leading units a task may have')),
                ('load_most', models.PositiveIntegerField(default=30, help_text='Who has more is listed under the gaps.', verbose_name='tasks a unit or person can carry')),
                ('festival_days', models.PositiveIntegerField(default=7, help_text='So long after the festival its proof is due.', verbose_name='days after a festival')),
                ('reminder_stages', models.JSONField(default=campaigns.models.default_stages, verbose_name='stages of reminders')),
                ('digest_at', models.TimeField(default=datetime.time(8, 30), verbose_name='hour of the daily mail')),
                ('bulletin_name', models.CharField(blank=True, max_length=40, verbose_name='name of the bulletin')),
                ('bulletin_report_to', models.CharField(blank=True, max_length=300, verbose_name='reported to')),
                ('bulletin_send_to', models.CharField(blank=True, max_length=300, verbose_name='sent to')),
                ('bulletin_issue_to', models.CharField(blank=True, max_length=300, verbose_name='issued to')),
                ('bulletin_copies', models.PositiveIntegerField(default=50, verbose_name='copies printed')),
                ('language', models.CharField(default='zh-hans', editable=False, max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='accounts.department', verbose_name='host')),
            ],
            options={
                'verbose_name': 'campaign',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('assessment_from', None), ('assessment_until', None), ('assessment_until__gte', models.F('assessment_from')), _connector='OR'), name='campaign_window_in_order')],
            },
        ),
        migrations.CreateModel(
            name='CampaignHoliday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='day')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('is_workday', models.BooleanField(default=False, verbose_name='working day')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holidays', to='campaigns.campaign')),
            ],
            options={
                'verbose_name': 'own day off',
                'ordering': ['on'],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'on'), name='campaign_holiday_once')],
            },
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('year', models.PositiveIntegerField()),
                ('value', models.PositiveIntegerField(default=0)),
                ('used', models.BooleanField(default=False)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counters', to='campaigns.campaign')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('campaign', 'kind', 'year'), name='counter_once')],
            },
        ),
        migrations.CreateModel(
            name='Festival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=20, verbose_name='name')),
                ('on', models.DateField(blank=True, null=True, verbose_name='day')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='festivals', to='campaigns.campaign')),
            ],
            options={
                'verbose_name': 'festival',
                'ordering': ['year', 'on', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'year', 'name'), name='festival_once')],
            },
        ),
        migrations.CreateModel(
            name='PlanStage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='stage')),
                ('days', models.PositiveIntegerField(verbose_name='working days')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='order')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_stages', to='campaigns.campaign')),
            ],
            options={
                'verbose_name': 'stage of the plan',
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'name'), name='plan_stage_once'), models.CheckConstraint(condition=models.Q(('days__gte', 1)), name='plan_stage_days')],
            },
        ),
        migrations.CreateModel(
            name='RankingGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='order')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ranking_groups', to='campaigns.campaign')),
            ],
            options={
                'verbose_name': 'ranking group',
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'name'), name='ranking_group_once')],
            },
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=100, unique=True)),
                ('name', models.CharField(max_length=150, verbose_name='file name')),
                ('kind', models.CharField(choices=[('photo', 'photo'), ('document', 'document'), ('sheet', 'spreadsheet')], max_length=10)),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('width', models.PositiveIntegerField(null=True)),
                ('height', models.PositiveIntegerField(null=True)),
                ('taken_at', models.DateTimeField(null=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='campaigns.campaign')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='WorkGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='order')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='work_groups', to='campaigns.campaign')),
            ],
            options={
                'verbose_name': 'work group',
                'ordering': ['position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'name'), name='work_group_once')],
            },
        ),
        migrations.CreateModel(
            name='Participation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='campaigns.campaign')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='accounts.department')),
                ('ranking_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='campaigns.rankinggroup', verbose_name='ranking group')),
                ('work_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='campaigns.workgroup', verbose_name='work group')),
            ],
            options={
                'verbose_name': 'participating unit',
                'ordering': ['department__position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'department', 'starts_on'), name='participation_once'), models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('starts_on')), _connector='OR'), name='participation_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('office', 'creation office'), ('inspector', 'inspector'), ('leader', 'leader'), ('head', 'head of unit'), ('liaison', 'liaison')], max_length=10, verbose_name='role')),
                ('title', models.CharField(blank=True, max_length=40, verbose_name='post')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='campaigns.campaign')),
                ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.department', verbose_name='unit')),
                ('stands_for', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deputies', to='campaigns.membership', verbose_name='stands in for')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('work_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='campaigns.workgroup', verbose_name='work group')),
            ],
            options={
                'verbose_name': 'member',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['user', 'campaign'], name='membership_user')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('department__isnull', False), ('role__in', ['head', 'liaison'])), models.Q(models.Q(('role__in', ['head', 'liaison']), _negated=True), ('department__isnull', True)), _connector='OR'), name='membership_unit_for_unit_role'), models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('starts_on')), _connector='OR'), name='membership_in_order'), models.CheckConstraint(condition=models.Q(('stands_for', None), ('ended_on__isnull', False), _connector='OR'), name='membership_deputy_ends')],
            },
        ),
    ]
