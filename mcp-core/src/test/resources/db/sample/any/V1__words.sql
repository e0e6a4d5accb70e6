create table sample (word text not null);
insert into sample (word) values ('any');
